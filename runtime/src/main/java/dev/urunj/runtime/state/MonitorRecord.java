package dev.urunj.runtime.state;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What create decided about the monitor. Every later command uses this record, because the
/// configuration file may change during a container's life.
///
/// @param kind the monitor's name in the image contract, such as `qemu`
/// @param binary the monitor's program, a path in its own root
/// @param own what only this kind of monitor reads; goes through the record unchanged
/// @param accelerator `kvm`, `tcg` or `none`
/// @param memoryMib the guest's memory
/// @param overheadMib what the monitor itself may use on top of the guest's memory
/// @param vcpus virtual processors of the guest
/// @param lowLevel absolute path of the OCI runtime that executes the monitor's container
/// @param systemdCgroup whether that runtime uses systemd's cgroup driver
/// @param lowLevelNote why that is not the runtime that was chosen first, or null
/// @param tap how the monitor comes to its TAP: `descriptor`, `bare-descriptor` or `name`
/// @param hasControlSocket whether it listens at the control socket
public record MonitorRecord(
    String kind,
    String binary,
    JsonObject own,
    String accelerator,
    int memoryMib,
    int overheadMib,
    int vcpus,
    Path lowLevel,
    boolean systemdCgroup,
    @Nullable String lowLevelNote,
    String tap,
    boolean hasControlSocket) {

  /// The same under another OCI runtime.
  ///
  /// @param note why
  public MonitorRecord under(Path newLowLevel, String note) {
    return new MonitorRecord(
        kind,
        binary,
        own,
        accelerator,
        memoryMib,
        overheadMib,
        vcpus,
        newLowLevel,
        systemdCgroup,
        note,
        tap,
        hasControlSocket);
  }
}
