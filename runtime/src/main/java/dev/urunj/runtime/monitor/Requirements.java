package dev.urunj.runtime.monitor;

import com.google.gson.JsonObject;
import java.util.List;

/// What a monitor needs of a node and of urunj to run one guest. Create asks for it once; what
/// later commands need of it is in the container's record.
///
/// @param binary the monitor's program: its path in the monitor's root, which is its path on the
///   node too
/// @param files what its root holds, in an order in which no entry hides another
/// @param argv the command of the monitor's container: [LaunchScript#ARGV] for a monitor whose
///   arguments are known at start only, which then needs `/bin/sh` in its root; else its own fixed
///   vector, and all that changes is in the files of its [Launch]
/// @param accelerator how it will execute the guest
/// @param devices the character devices that it opens
/// @param tap how it comes to its TAP
/// @param hasControlSocket whether it listens at [MonitorDescriptors#CONTROL]
/// @param hasOwnFilter whether it confines itself with a seccomp filter of its own. If not, it gets
///   the profile of the specification
/// @param own what only this monitor reads, in later commands: goes through the record unchanged
public record Requirements(
    String binary,
    List<MonitorFile> files,
    List<String> argv,
    Accelerator accelerator,
    List<MonitorDevice> devices,
    TapAccess tap,
    boolean hasControlSocket,
    boolean hasOwnFilter,
    JsonObject own) {
  public Requirements {
    files = List.copyOf(files);
    argv = List.copyOf(argv);
    devices = List.copyOf(devices);
  }
}
