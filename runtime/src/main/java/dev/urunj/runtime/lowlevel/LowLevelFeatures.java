package dev.urunj.runtime.lowlevel;

import com.google.gson.JsonObject;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.process.Child;
import dev.urunj.linux.process.Spawn;
import dev.urunj.runtime.oci.Json;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a low-level runtime says of itself by `features`, features.md of the OCI runtime
/// specification. runc knows the command since 1.1, crun since 1.8.6.
public final class LowLevelFeatures {
  private static final int LIMIT = 1 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int KILL = 9;

  private LowLevelFeatures() {}

  /// Asks a runtime.
  ///
  /// @param program absolute path
  /// @return null when it does not know the command, or answers something else
  public static @Nullable JsonObject of(Path program) {
    try (Fd answer = OpenFile.inMemory();
        Fd nowhere = OpenFile.readWrite(Path.of("/dev/null"))) {
      Spawn spawn =
          new Spawn(List.of(program.toString(), "features"))
              .program(program)
              .standardInput(nowhere)
              .standardOutput(answer)
              .standardError(nowhere);
      return ends(spawn) ? read(answer) : null;
    } catch (IOException _) {
      return null; // no answer, whatever it was that prevented one
    }
  }

  private static boolean ends(Spawn spawn) throws IOException {
    try (Child child = spawn.start()) {
      if (!child.pidfd().awaitExit(TIMEOUT)) {
        child.pidfd().signal(KILL);
      }
      return child.waitFor().shellCode() == 0;
    }
  }

  private static @Nullable JsonObject read(Fd answer) throws IOException {
    String text;
    try (FileInputStream in = new FileInputStream(FileIo.procPath(answer))) {
      text = new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8);
    }
    JsonObject features = Json.parse(text, "features");
    return features.has("ociVersionMin") && features.has("ociVersionMax") ? features : null;
  }
}
