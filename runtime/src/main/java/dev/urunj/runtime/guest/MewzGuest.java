package dev.urunj.runtime.guest;

import java.io.IOException;
import java.util.List;

/// Mewz, a unikernel that runs one WebAssembly program, github.com/mewz-project/mewz. Its command
/// line knows an address and a gateway; the program's arguments and environment are built in.
public record MewzGuest() implements Guest {
  private static final String KIND = "Mewz";
  private static final int LINE_BYTES = 1023;

  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.MULTIBOOT);
  }

  @Override
  public BootPlan plan(GuestInput input, MachineTraits machine) throws IOException {
    OneAddress one = OneAddress.of(input.network());
    List<String> notes =
        new LeftOut(KIND, input, one)
            .arguments()
            .environment()
            .initrd()
            .filesAndSettings()
            .nameservers()
            .searchBehind(0)
            .restOfTheNetwork()
            .notes();
    String line = one == null ? "" : "ip=" + one.cidr() + " gateway=" + one.gatewayText();
    return UnikernelPlan.withoutInitrd(input, line, LINE_BYTES, machine.exitPort(), notes);
  }
}
