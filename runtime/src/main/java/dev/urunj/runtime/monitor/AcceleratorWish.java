package dev.urunj.runtime.monitor;

import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a guest's instructions shall be executed, and what a monitor may use to find out whether
/// they can be.
///
/// @param word `auto`, `kvm` or `tcg`
/// @param known what earlier probes have found
/// @param scratch asked only when a monitor tries
public record AcceleratorWish(String word, ProbeResults known, Scratch scratch) {
  private static final String AUTO = "auto";

  /// The accelerator that is named.
  ///
  /// @param monitor its name, for the message
  /// @param offered those that the monitor has
  /// @return null where the choice is the monitor's
  /// @throws IOException when the monitor does not have it
  public @Nullable Accelerator named(String monitor, List<Accelerator> offered) throws IOException {
    if (word.equals(AUTO)) {
      return null;
    }
    StringBuilder words = new StringBuilder(AUTO);
    for (Accelerator each : offered) {
      if (each.word().equals(word)) {
        return each;
      }
      words.append(", ").append(each.word());
    }
    throw new IOException(
        "monitor " + monitor + ": has no accelerator " + word + "; expected one of " + words);
  }
}
