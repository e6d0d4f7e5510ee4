package dev.urunj.runtime.monitor;

/// A character device that a monitor opens: a node of its own in the monitor's root, and a rule in
/// its control group.
///
/// @param path absolute, in the monitor's root
/// @param major,minor as in `mknod(1)`
public record MonitorDevice(String path, int major, int minor) {}
