package dev.urunj.runtime.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The boot of a guest whose kernel and program are one.
final class UnikernelPlan {
  /// HVT_CMDLINE_SIZE and SPT_CMDLINE_SIZE of Solo5's headers without the NUL byte.
  static final int SOLO5_LINE_BYTES = 8191;

  private UnikernelPlan() {}

  /// With the image's initrd as it is.
  ///
  /// @param lineBytes the longest command line that the guest reads
  /// @throws IOException when the line is longer
  static BootPlan of(GuestInput input, String line, int lineBytes, int exitPort, List<String> notes)
      throws IOException {
    return plan(input, input.initrd(), checked(line, lineBytes), exitPort, notes);
  }

  /// Without an initrd.
  static BootPlan withoutInitrd(
      GuestInput input, String line, int lineBytes, int exitPort, List<String> notes)
      throws IOException {
    return plan(input, null, checked(line, lineBytes), exitPort, notes);
  }

  private static BootPlan plan(
      GuestInput input, @Nullable Path initrd, String line, int exitPort, List<String> notes) {
    GuestNetwork network = input.network();
    return new BootPlan(
        input.kernel(),
        initrd,
        List.of(),
        line,
        input.memoryMib(),
        input.vcpus(),
        network == null ? List.of() : List.of(new NetworkDevice(network.mac(), network.mtu())),
        exitPort,
        StandardInput.CONSOLE,
        notes);
  }

  private static String checked(String line, int most) throws IOException {
    int length = line.getBytes(StandardCharsets.UTF_8).length;
    if (length > most) {
      throw new IOException("kernel command line: " + length + " bytes; expected at most " + most);
    }
    return line;
  }

  /// Says that arguments arrive in pieces, for a guest that parts its line at blanks and knows no
  /// quotes.
  static void noteBlanks(List<String> args, String kind, List<String> notes) {
    for (String argument : args) {
      for (int i = 0; i < argument.length(); i++) {
        if (argument.charAt(i) <= ' ') {
          notes.add("process.args: one has white space, where " + kind + " takes it apart");
          return;
        }
      }
    }
  }
}
