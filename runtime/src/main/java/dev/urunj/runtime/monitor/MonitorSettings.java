package dev.urunj.runtime.monitor;

import dev.urunj.runtime.guest.Architecture;
import java.util.List;

/// Where the monitor finds its files, as paths of the monitor's own root, and how it is to run.
///
/// @param binary the monitor's program
/// @param dataDirectories where its firmware is searched, in this order
/// @param kernel the guest's kernel
/// @param initrd the guest's initrd, for instance `/proc/self/fd/6`; used if the plan has one
/// @param resetRom [dev.urunj.runtime.payload.Payload#RESET_ROM]; used if the plan has an exit port
/// @param accelerator how to execute the guest
/// @param architecture the guest's processor, the host's too
/// @param sandbox whether the monitor is to confine itself with its own seccomp filter
/// @param output what the guest's console is written to where the standard input has a port of its
///   own: [MonitorDescriptors#OUTPUT_SET], or a path that opens [MonitorDescriptors#OUTPUT] again
public record MonitorSettings(
    String binary,
    List<String> dataDirectories,
    String kernel,
    String initrd,
    String resetRom,
    Accelerator accelerator,
    Architecture architecture,
    boolean sandbox,
    String output) {
  public MonitorSettings {
    dataDirectories = List.copyOf(dataDirectories);
  }
}
