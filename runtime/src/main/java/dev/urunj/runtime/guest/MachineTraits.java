package dev.urunj.runtime.guest;

import java.util.List;

/// What a monitor's machine is like, for a guest that is planned for it. A guest never asks which
/// monitor it is.
///
/// @param architecture the guest's processor, the host's too
/// @param console the serial console's name in a Linux guest, without `/dev/`
/// @param exitPort I/O port where a 16-bit write of v ends the machine with the status `v << 1 |
///   1`; 0 when the machine has none
/// @param protocols the kernels that it can be handed over to
public record MachineTraits(
    Architecture architecture, String console, int exitPort, List<BootProtocol> protocols) {
  public MachineTraits {
    protocols = List.copyOf(protocols);
  }
}
