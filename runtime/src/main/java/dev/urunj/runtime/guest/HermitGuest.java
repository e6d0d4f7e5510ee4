package dev.urunj.runtime.guest;

import java.io.IOException;
import java.util.List;

/// Hermit, hermit-os.org. The image's binary is the loader and its initrd the program; behind `--`
/// are the program's arguments.
public record HermitGuest() implements Guest {
  private static final String KIND = "Hermit";
  private static final int LINE_BYTES = 4095;

  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.MULTIBOOT);
  }

  @Override
  public BootPlan plan(GuestInput input, MachineTraits machine) throws IOException {
    OneAddress one = OneAddress.of(input.network());
    List<String> notes =
        new LeftOut(KIND, input, one)
            .environment()
            .filesAndSettings()
            .nameservers()
            .searchBehind(0)
            .restOfTheNetwork()
            .notes();
    StringBuilder line = new StringBuilder();
    if (one != null) {
      line.append("ip=").append(one.cidr());
      if (one.gateway() != null) {
        line.append(" gateway=").append(one.gatewayText());
      }
    }
    List<String> args = input.workload().args();
    if (!args.isEmpty()) {
      line.append(line.isEmpty() ? "-- " : " -- ").append(String.join(" ", args));
      UnikernelPlan.noteBlanks(args, KIND, notes);
    }
    return UnikernelPlan.of(input, line.toString(), LINE_BYTES, 0, notes);
  }
}
