package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;

/// The processors a guest can be booted on.
public enum Architecture {
  X86_64,
  AARCH64;

  /// That of this node.
  ///
  /// @throws IllegalArgumentException when guests cannot be booted on it
  public static Architecture ofNode() {
    return of(System.getProperty("os.arch", ""));
  }

  /// The machine this runs on, from the value of the system property `os.arch`.
  ///
  /// @throws IllegalArgumentException for any other processor
  public static Architecture of(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default ->
          throw new IllegalArgumentException(
              "architecture " + Quoted.of(osArch) + " is not supported; expected amd64 or aarch64");
    };
  }
}
