package dev.urunj.runtime.guest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// MirageOS, mirage.io, built for a tender of Solo5 or for virtio. Address and gateway are
/// arguments of the program as all others; a program without a network device knows neither.
public record MirageGuest() implements Guest {
  private static final String KIND = "MirageOS";

  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.MULTIBOOT, BootProtocol.SOLO5_HVT, BootProtocol.SOLO5_SPT);
  }

  @Override
  public BootPlan plan(GuestInput input, MachineTraits machine) throws IOException {
    OneAddress one = OneAddress.of(input.network());
    List<String> notes =
        new LeftOut(KIND, input, one)
            .environment()
            .initrd()
            .filesAndSettings()
            .processors()
            .nameservers()
            .searchBehind(0)
            .restOfTheNetwork()
            .notes();
    List<String> words = new ArrayList<>();
    if (one != null) {
      words.add("--ipv4=" + one.cidr());
      if (one.gateway() != null) {
        words.add("--ipv4-gateway=" + one.gatewayText());
      }
    }
    for (String argument : input.workload().args()) {
      if (argument.isEmpty()) {
        notes.add("process.args: an empty one is left out, because MirageOS takes none");
      } else {
        words.add(quoted(argument));
      }
    }
    return UnikernelPlan.withoutInitrd(
        input, String.join(" ", words), UnikernelPlan.SOLO5_LINE_BYTES, machine.exitPort(), notes);
  }

  /// As the parser of MirageOS takes a line apart, github.com/mirage/parse-argv: at white space
  /// outside of quotes, and a backslash between double quotes keeps the next character as it is.
  private static String quoted(String argument) {
    boolean plain = true;
    for (int i = 0; plain && i < argument.length(); i++) {
      char c = argument.charAt(i);
      plain = c > ' ' && c != '"' && c != '\'' && c != '\\';
    }
    return plain ? argument : '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
