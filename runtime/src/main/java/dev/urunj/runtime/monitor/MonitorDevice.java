package dev.urunj.runtime.monitor;

/// A character device that a monitor opens: a node of its own in the monitor's root, and a rule in
/// its control group.
///
/// @param path absolute, in the monitor's root
/// @param major,minor as in `mknod(1)`
public record MonitorDevice(String path, int major, int minor) {
  private static final int MISC_MAJOR = 10; // uapi/linux/major.h

  /// The virtual machine of the kernel: KVM_MINOR, linux/miscdevice.h.
  public static final MonitorDevice KVM = new MonitorDevice("/dev/kvm", MISC_MAJOR, 232);

  /// What a TAP is opened by its name with: TUN_MINOR, linux/miscdevice.h.
  public static final MonitorDevice TUN = new MonitorDevice("/dev/net/tun", MISC_MAJOR, 200);
}
