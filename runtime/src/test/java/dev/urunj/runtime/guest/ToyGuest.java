package dev.urunj.runtime.guest;

import java.util.List;

/// The guest of docs/adding-a-guest.md: nothing but an address, which the toy monitor answers at.
/// It goes by the name `freebsd`, which the image contract has and urunj does not boot.
public record ToyGuest() implements Guest {
  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.ELF64);
  }

  @Override
  public BootPlan plan(GuestInput input, MachineTraits machine) {
    GuestNetwork network = input.network();
    GuestNetwork.Address address = network == null ? null : network.firstIpv4();
    String ip = address == null ? "none" : address.ip().getHostAddress();
    List<NetworkDevice> devices =
        network == null ? List.of() : List.of(new NetworkDevice(network.mac(), network.mtu()));
    return new BootPlan(
        input.kernel(),
        null,
        List.of(),
        "ip=" + ip,
        input.memoryMib(),
        input.vcpus(),
        devices,
        0,
        StandardInput.CONSOLE,
        List.of("the toy has no program, no files and no environment"));
  }
}
