package dev.urunj.runtime.config;

import dev.urunj.fuzz.Refusal;
import dev.urunj.fuzz.Scratch;
import dev.urunj.runtime.image.GuestMemory;
import dev.urunj.runtime.image.MonitorKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// Feeds the node's `config.toml`, from the file to the last key.
public final class ConfigTomlFuzzer {
  private static final Path FILE = Scratch.directory().resolve("config.toml");
  private static final int MOST_WARNINGS = 100;

  private ConfigTomlFuzzer() {}

  /// One execution.
  public static void fuzzerTestOneInput(byte[] input) {
    Scratch.write(FILE, input);
    Refusal.accepts(
        () -> check(new ConfigReader(Map.of("URUNJ_CONFIG_FILE", FILE.toString())).read()));
  }

  private static void check(Config config) throws IOException {
    if (config.warnings().size() > MOST_WARNINGS) {
      throw new AssertionError(config.warnings().size() + " warnings");
    }
    config.warnings().forEach(Refusal::checkLine);
    for (MonitorKind kind : MonitorKind.values()) {
      MonitorConfig monitor = config.monitor(kind);
      boolean sane =
          monitor.memoryMib() >= GuestMemory.SMALLEST_MIB
              && monitor.memoryMib() <= GuestMemory.LARGEST_MIB
              && monitor.vcpus() >= 1
              && monitor.overheadMib() >= 0;
      if (!sane) {
        throw new AssertionError("out of range: " + monitor);
      }
    }
  }
}
