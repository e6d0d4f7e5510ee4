package dev.urunj.linux.syscall;

/// Placeholder.
public final class Errno {
  private Errno() {}
}
