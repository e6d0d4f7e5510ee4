package dev.urunj.runtime.monitor;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// The text of `/launch`, which `/bin/sh` executes as the container's process: one `exec` line. The
/// monitor's own errors go to [MonitorDescriptors#ERRORS].
public final class LaunchScript {
  /// The command of a container whose monitor is started by the script.
  public static final List<String> ARGV = List.of("/bin/sh", "/launch");

  /// MAX_ARG_STRLEN of include/uapi/linux/binfmts.h without its NUL byte.
  private static final int ARGUMENT_BYTES = 131_071;

  private LaunchScript() {}

  /// In UTF-8. Between single quotes the shell leaves every byte alone but the single quote, which
  /// is closed, escaped and opened again (POSIX shell command language, 2.2.2).
  ///
  /// @throws IllegalArgumentException for an argument with a NUL byte or of more than 131071 bytes
  public static byte[] text(Launch launch) {
    List<String> argv = launch.argv();
    StringBuilder script = new StringBuilder("exec");
    for (int i = 0; i < argv.size(); i++) {
      String argument = argv.get(i);
      if (argument.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "the monitor's argument " + i + " holds a NUL byte; expected none");
      }
      int length = argument.getBytes(StandardCharsets.UTF_8).length;
      if (length > ARGUMENT_BYTES) {
        throw new IllegalArgumentException(
            "the monitor's argument " + i + ": " + length + " bytes; expected at most 131071");
      }
      script.append(" '").append(argument.replace("'", "'\\''")).append('\'');
    }
    if (launch.duplicatesOutput()) {
      script.append(" " + MonitorDescriptors.OUTPUT + ">&1");
    }
    script.append(" 2>&" + MonitorDescriptors.ERRORS + " " + MonitorDescriptors.ERRORS + ">&-\n");
    return script.toString().getBytes(StandardCharsets.UTF_8);
  }
}
