package dev.urunj.runtime.monitor;

import dev.urunj.runtime.guest.Architecture;
import java.util.List;

/// Where the monitor finds its files, as paths of the monitor's own root, and how it is to run.
///
/// @param binary the monitor's program
/// @param dataDirectories where its firmware is searched, in this order
/// @param kernel the guest's kernel
/// @param initrd the guest's initrd, for instance `/proc/self/fd/6`; used if the plan has one
/// @param accelerator how to execute the guest
/// @param architecture the guest's processor, the host's too
/// @param sandbox whether the monitor is to confine itself with its own seccomp filter
public record MonitorSettings(
    String binary,
    List<String> dataDirectories,
    String kernel,
    String initrd,
    Accelerator accelerator,
    Architecture architecture,
    boolean sandbox) {
  public MonitorSettings {
    dataDirectories = List.copyOf(dataDirectories);
  }
}
