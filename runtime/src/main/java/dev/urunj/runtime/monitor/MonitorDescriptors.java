package dev.urunj.runtime.monitor;

/// The descriptors a monitor inherits, by number; 0 to 2 are the container's own. They are numbers
/// of the child, not of this process.
public final class MonitorDescriptors {
  /// The TAP, for a monitor that takes it by a descriptor; else `/dev/null`.
  public static final int TAP = 3;

  /// The control socket, bound and listening, for a monitor that has one; else `/dev/null`.
  public static final int CONTROL = 4;

  /// Where the monitor's own errors go.
  public static final int ERRORS = 5;

  /// The initrd, a file without a name.
  public static final int INITRD = 6;

  /// The container's standard output once more, which the launch line makes where it is wanted.
  public static final int OUTPUT = 9;

  /// QEMU's name for it.
  public static final String OUTPUT_SET = "/dev/fdset/1";

  private MonitorDescriptors() {}
}
