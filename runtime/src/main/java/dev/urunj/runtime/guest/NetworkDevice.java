package dev.urunj.runtime.guest;

/// A network interface of the virtual machine.
///
/// @param mac `02:00:00:00:00:01`
/// @param mtu bytes the device offers to the driver, 0 for the driver's default
public record NetworkDevice(String mac, int mtu) {}
