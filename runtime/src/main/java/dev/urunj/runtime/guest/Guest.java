package dev.urunj.runtime.guest;

import java.io.IOException;
import java.util.List;

/// A kind of guest: what to boot, and how arguments, environment and network travel to it.
/// docs/adding-a-guest.md leads you through a new one.
public interface Guest {
  /// The ways in which its kernels take over a machine.
  List<BootProtocol> protocols();

  /// Plans the boot. Reads nothing but the types of the mounts' sources, and of a mounted hosts(5)
  /// the content, where the guest's differs from it.
  ///
  /// @param machine what it is planned for
  /// @throws IOException one line, when this guest cannot have what the input asks for
  BootPlan plan(GuestInput input, MachineTraits machine) throws IOException;
}
