package dev.urunj.runtime.guest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Rumprun, github.com/rumpkernel/rumprun, built for a tender of Solo5. Its command line is one
/// JSON object, doc/config.md of that project. Each variable of the environment is a member `env`,
/// so that name comes more than once.
public record RumprunGuest() implements Guest {
  private static final String KIND = "Rumprun";

  /// Half of all addresses: a gateway outside of the pod's own net is in it.
  private static final int WIDE = 1;

  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.SOLO5_HVT, BootProtocol.SOLO5_SPT);
  }

  @Override
  public BootPlan plan(GuestInput input, MachineTraits machine) throws IOException {
    OneAddress one = OneAddress.of(input.network());
    List<String> notes =
        new LeftOut(KIND, input, one)
            .initrd()
            .filesAndSettings()
            .processors()
            .nameservers()
            .searchBehind(0)
            .restOfTheNetwork()
            .notes();
    List<String> args = input.workload().args();
    UnikernelPlan.noteBlanks(args, KIND, notes);
    List<String> members = new ArrayList<>();
    members.add(member("cmdline", plain(String.join(" ", args), "process.args")));
    for (String variable : input.workload().env()) {
      members.add(member("env", plain(variable, "process.env")));
    }
    if (one != null) {
      members.add("\"net\":{" + network(one, input) + "}");
    }
    String line = "{" + String.join(",", members) + "}";
    return UnikernelPlan.withoutInitrd(
        input, line, UnikernelPlan.SOLO5_LINE_BYTES, machine.exitPort(), notes);
  }

  private static String network(OneAddress one, GuestInput input) {
    GuestNetwork network = input.network();
    boolean off = network != null && one.gateway() != null && network.isOffSubnet(one.gateway());
    int prefix = off ? WIDE : one.address().prefix();
    StringBuilder members = new StringBuilder(member("if", "ukvmif0"));
    members.append(',').append(member("cloner", "True"));
    members.append(',').append(member("type", "inet"));
    members.append(',').append(member("method", "static"));
    members.append(',').append(member("addr", one.address().ip().getHostAddress()));
    members.append(',').append(member("mask", Integer.toString(prefix)));
    if (one.gateway() != null) {
      members.append(',').append(member("gw", one.gatewayText()));
    }
    return members.toString();
  }

  private static String member(String name, String value) {
    return '"' + name + "\":\"" + value + '"';
  }

  /// Rumprun's reader knows where a text ends, and takes nothing between the quotes apart.
  ///
  /// @throws IOException for a text that JSON would have to escape
  private static String plain(String text, String key) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        throw new IOException(
            key
                + ": has a quotation mark, a backslash or a control character, which "
                + KIND
                + " cannot be given");
      }
    }
    return text;
  }
}
