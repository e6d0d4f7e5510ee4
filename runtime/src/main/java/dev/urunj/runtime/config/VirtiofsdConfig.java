package dev.urunj.runtime.config;

import java.nio.file.Path;
import java.util.List;

/// `[extra_binaries.virtiofsd]`.
///
/// @param path its program, absolute
/// @param options its arguments; the file has them in one string, split at white space
public record VirtiofsdConfig(Path path, List<String> options) {
  public VirtiofsdConfig {
    options = List.copyOf(options);
  }
}
