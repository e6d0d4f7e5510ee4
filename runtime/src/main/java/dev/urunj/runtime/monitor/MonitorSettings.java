package dev.urunj.runtime.monitor;

import com.google.gson.JsonObject;
import dev.urunj.runtime.guest.Architecture;

/// Where the monitor finds its files, as paths of the monitor's own root, and how it is to run.
///
/// @param binary the monitor's program
/// @param own what this monitor has put into its [Requirements#own]
/// @param kernel the guest's kernel
/// @param initrd the guest's initrd, for instance `/proc/self/fd/6`; used if the plan has one
/// @param files the directory of the launch's own files, for instance [LaunchFile#DIRECTORY]
/// @param accelerator how to execute the guest
/// @param architecture the guest's processor, the host's too
/// @param sandbox whether the monitor is to confine itself with its own seccomp filter
/// @param output what the guest's console is written to where the standard input has a port of its
///   own: [MonitorDescriptors#OUTPUT_SET], or a path that opens [MonitorDescriptors#OUTPUT] again
/// @param tap the TAP's name, for a monitor that takes it by [TapAccess#NAME]
public record MonitorSettings(
    String binary,
    JsonObject own,
    String kernel,
    String initrd,
    String files,
    Accelerator accelerator,
    Architecture architecture,
    boolean sandbox,
    String output,
    String tap) {}
