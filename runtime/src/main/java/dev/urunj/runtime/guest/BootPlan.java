package dev.urunj.runtime.guest;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a monitor needs to boot a guest, without any monitor's options. Paths are the host's; the
/// monitor's settings say where the monitor sees them.
///
/// @param kernel the kernel to boot
/// @param imageInitrd the image's initrd, to be used unchanged, or null
/// @param files what [Initrd] adds to it
/// @param commandLine the kernel's command line, at most 2047 bytes for Linux
/// @param memoryMib guest memory in MiB
/// @param vcpus virtual processors
/// @param networks network interfaces, in the guest's order
/// @param exitPort I/O port where a 16-bit write of v may end the machine with the status `v << 1 |
///   1`; 0 when the guest does not use one. A monitor without such a device ignores it.
/// @param input whether the monitor has to give the guest a port for its standard input
/// @param notes what the guest does not get, one line each, for the log
public record BootPlan(
    Path kernel,
    @Nullable Path imageInitrd,
    List<GuestFile> files,
    String commandLine,
    int memoryMib,
    int vcpus,
    List<NetworkDevice> networks,
    int exitPort,
    StandardInput input,
    List<String> notes) {
  public BootPlan {
    files = List.copyOf(files);
    networks = List.copyOf(networks);
    notes = List.copyOf(notes);
  }

  /// Whether the monitor gets an initrd at all.
  public boolean hasInitrd() {
    return imageInitrd != null || !files.isEmpty();
  }

  /// Bytes that the added files may take together: a quarter of the guest's memory, because the
  /// archive and what is unpacked from it are there at the same time.
  public long fileLimitBytes() {
    return memoryMib * (1024L * 1024 / 4);
  }
}
