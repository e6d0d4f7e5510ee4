package dev.urunj.linux.process;

/// How a process ended.
///
/// @param code what it gave to exit(2), 0 to 255; 0 when a signal ended it
/// @param signal the signal that ended it; 0 when it exited
public record ExitStatus(int code, int signal) {
  /// The status as shells and container runtimes report it: the code, or 128 + signal.
  public int shellCode() {
    return signal == 0 ? code : 128 + signal;
  }
}
