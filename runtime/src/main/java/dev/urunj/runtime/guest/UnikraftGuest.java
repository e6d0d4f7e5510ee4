package dev.urunj.runtime.guest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Unikraft, unikraft.org. All travels on the kernel's command line: parameters of its libraries,
/// `--`, the program's arguments.
///
/// From 0.16.1 on `netdev.ip` has address, gateway, name servers, host name and domain, and
/// `env.vars` the environment. Before, there were three parameters for the address and none for the
/// rest.
public record UnikraftGuest() implements Guest {
  private static final String KIND = "Unikraft";

  /// `MAX_CMDLINE_SIZE` of Unikraft's plat/kvm, with the NUL byte.
  private static final int LINE_BYTES = 8191;

  private static final int[] FIRST_WITH_LISTS = {0, 16, 1};

  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.MULTIBOOT, BootProtocol.ELF64);
  }

  @Override
  public BootPlan plan(GuestInput input, MachineTraits machine) throws IOException {
    OneAddress one = OneAddress.of(input.network());
    boolean lists = hasLists(input.version());
    LeftOut left = new LeftOut(KIND, input, one).filesAndSettings().restOfTheNetwork();
    List<String> notes = left.notes();
    StringBuilder line = new StringBuilder(KIND);
    if (lists) {
      appendEnvironment(line, environment(input), notes);
      appendNetwork(line, one, input.workload().hostname());
      left.searchBehind(1);
    } else {
      left.environment().nameservers().searchBehind(0);
      appendOldNetwork(line, one);
    }
    if (input.initrd() != null) {
      line.append(lists ? " vfs.fstab=[ \"initrd0:/:extract:::\" ]" : " vfs.rootfs=initrd");
    }
    appendArguments(line, input.workload().args(), notes);
    return UnikernelPlan.of(input, line.toString(), LINE_BYTES, 0, notes);
  }

  /// Whether a version has the parameters that are lists. One that is unknown is a new one.
  static boolean hasLists(String version) {
    String[] parts = version.split("\\.", -1);
    for (int i = 0; i < FIRST_WITH_LISTS.length; i++) {
      int number = i < parts.length ? number(parts[i]) : 0;
      if (number < 0 || number > FIRST_WITH_LISTS[i]) {
        return true;
      }
      if (number < FIRST_WITH_LISTS[i]) {
        return false;
      }
    }
    return true;
  }

  /// The digits at the front of a part such as `1-rc2`; negative without any.
  private static int number(String part) {
    int number = -1;
    for (int i = 0; i < part.length() && i < 6; i++) {
      char c = part.charAt(i);
      if (c < '0' || c > '9') {
        break;
      }
      number = Math.max(number, 0) * 10 + c - '0';
    }
    return number;
  }

  private static List<String> environment(GuestInput input) {
    List<String> given = input.workload().env();
    GuestNetwork network = input.network();
    return network == null ? given : network.withoutLocalhost6().localhost().environment(given);
  }

  /// `[ ]` around words; one with white space is quoted. Unikraft has no way to escape a quote.
  private static void appendEnvironment(
      StringBuilder line, List<String> environment, List<String> notes) {
    StringBuilder words = new StringBuilder();
    for (String entry : environment) {
      if (isUnquotable(entry)) {
        notes.add(
            "the variable "
                + name(entry)
                + ": left out, because "
                + KIND
                + " cannot take a quotation mark or a line break in it");
      } else {
        words.append(' ').append(quoted(entry));
      }
    }
    if (!words.isEmpty()) {
      line.append(" env.vars=[").append(words).append(" ]");
    }
  }

  private static String name(String entry) {
    int end = entry.indexOf('=');
    return end < 0 ? entry : entry.substring(0, end);
  }

  private static boolean isUnquotable(String text) {
    return text.indexOf('"') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }

  private static String quoted(String text) {
    return isPlain(text) ? text : "\"" + text + "\"";
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == '[' || c == ']' || c == '\'') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// `ADDRESS/PREFIX:GATEWAY:NAMESERVER:NAMESERVER:HOSTNAME:DOMAIN`, of which the end may be
  /// absent.
  private static void appendNetwork(StringBuilder line, @Nullable OneAddress one, String hostname) {
    if (one == null) {
      return;
    }
    List<String> fields = new ArrayList<>();
    fields.add(one.cidr());
    fields.add(one.gatewayText());
    for (int i = 0; i < 2; i++) {
      fields.add(i < one.nameservers().size() ? one.nameservers().get(i) : "");
    }
    fields.add(isName(hostname) ? hostname : "");
    fields.add(
        one.search().isEmpty() || !isName(one.search().getFirst()) ? "" : one.search().getFirst());
    while (fields.getLast().isEmpty()) {
      fields.removeLast();
    }
    line.append(" netdev.ip=").append(String.join(":", fields));
  }

  /// Letters, digits, dots and hyphens: nothing that ends the field.
  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static void appendOldNetwork(StringBuilder line, @Nullable OneAddress one) {
    if (one != null) {
      line.append(" netdev.ipv4_addr=").append(one.address().ip().getHostAddress());
      line.append(" netdev.ipv4_gw_addr=").append(one.gatewayText());
      line.append(" netdev.ipv4_subnet_mask=").append(one.address().mask());
    }
  }

  private static void appendArguments(StringBuilder line, List<String> args, List<String> notes) {
    if (args.isEmpty()) {
      return;
    }
    line.append(" --");
    for (String argument : args) {
      if (isUnquotable(argument)) {
        notes.add(
            "process.args: one has a quotation mark or a line break, which "
                + KIND
                + " takes apart");
        line.append(' ').append(argument);
      } else {
        line.append(' ').append(quoted(argument));
      }
    }
  }
}
