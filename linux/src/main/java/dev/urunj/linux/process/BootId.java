package dev.urunj.linux.process;

import java.io.IOException;

/// The id that the kernel drew when it started, random(4): process ids, start times and namespace
/// cookies mean something only together with it.
public final class BootId {
  private static final String FILE = "/proc/sys/kernel/random/boot_id";

  private BootId() {}

  /// 36 characters, such as `2f4b0c9e-8d2f-4b7c-9d63-0f1b4ef6a1a2`. Pure Java.
  public static String read() throws IOException {
    return ProcFile.read(FILE).strip();
  }
}
