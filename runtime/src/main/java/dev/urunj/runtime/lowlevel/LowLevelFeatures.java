package dev.urunj.runtime.lowlevel;

import com.google.gson.JsonObject;
import dev.urunj.linux.process.Environment;
import dev.urunj.runtime.oci.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a low-level runtime says of itself by `features`, features.md of the OCI runtime
/// specification. runc knows the command since 1.1, crun since 1.8.6.
public final class LowLevelFeatures {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private LowLevelFeatures() {}

  /// Asks a runtime.
  ///
  /// @param program absolute path
  /// @return null when it does not know the command, or answers something else
  public static @Nullable JsonObject of(Path program, Environment environment) {
    try {
      LowLevelAnswer answer =
          LowLevelAnswer.to(List.of(program.toString(), "features"), environment, TIMEOUT);
      return answer.exitCode() == 0 ? read(answer.text()) : null;
    } catch (IOException _) {
      return null; // no answer, whatever it was that prevented one
    }
  }

  private static @Nullable JsonObject read(String text) throws IOException {
    JsonObject features = Json.parse(text, "features");
    return features.has("ociVersionMin") && features.has("ociVersionMax") ? features : null;
  }
}
