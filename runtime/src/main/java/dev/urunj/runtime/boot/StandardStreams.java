package dev.urunj.runtime.boot;

import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.monitor.MonitorDescriptors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How a container's standard input reaches its guest, which depends on what the container was
/// given for its first two descriptors.
///
/// @param input what it is for the guest
/// @param output where the monitor writes the console where [StandardInput#PORT] needs its stdio
/// @param note one line when the guest does not get it as a container would, or null
public record StandardStreams(StandardInput input, String output, @Nullable String note) {
  private static final int O_ACCMODE = 3; // asm-generic/fcntl.h
  private static final int O_WRONLY = 1;
  private static final long NULL_DEVICE =
      0x103; // makedev(1, 3), Documentation/admin-guide/devices.txt
  private static final int TTY_MAJOR = 4;
  private static final int TTY_AUX_MAJOR = 5;
  private static final int PTY_FIRST_MAJOR = 136;
  private static final int PTY_LAST_MAJOR = 143;

  /// @param process in state `created`: its descriptors 0 to 2 are the container's
  /// @param terminal whether the specification asks for a terminal, which is the guest's console
  static StandardStreams of(ProcessIdentity process, boolean terminal) throws IOException {
    Path descriptors = Path.of("/proc/" + process.pid() + "/fd");
    Path in = descriptors.resolve("0");
    if (terminal) {
      return new StandardStreams(StandardInput.CONSOLE, "", null);
    }
    if (!Files.exists(in)) {
      return new StandardStreams(StandardInput.NONE, "", null);
    }
    if (FileStatus.of(in).isCharacterDevice()) {
      long device = (Long) Files.getAttribute(in, "unix:rdev");
      if (device == NULL_DEVICE) {
        return new StandardStreams(StandardInput.NONE, "", null);
      }
      if (isTerminal((int) (device >> 8 & 0xfff))) {
        return new StandardStreams(StandardInput.CONSOLE, "", null);
      }
    }
    return byPort(process, descriptors.resolve("1"));
  }

  private static boolean isTerminal(int major) {
    return major == TTY_MAJOR
        || major == TTY_AUX_MAJOR
        || (major >= PTY_FIRST_MAJOR && major <= PTY_LAST_MAJOR);
  }

  /// A monitor may take an open file for a console only when it was opened for nothing but writing.
  /// What was opened for both is opened again by its name in /proc, which a socket cannot be.
  private static StandardStreams byPort(ProcessIdentity process, Path out) throws IOException {
    if (!Files.exists(out) || FileStatus.of(out).isSocket()) {
      String note =
          "the standard input is the guest's serial console, which loses bytes and has no end,"
              + " because the standard output is a socket or closed";
      return new StandardStreams(StandardInput.CONSOLE, "", note);
    }
    Path info = Path.of("/proc/" + process.pid() + "/fdinfo/1");
    boolean onlyWritten =
        (flags(Files.readString(info, StandardCharsets.US_ASCII)) & O_ACCMODE) == O_WRONLY;
    return new StandardStreams(
        StandardInput.PORT,
        onlyWritten ? MonitorDescriptors.OUTPUT_SET : "/proc/self/fd/" + MonitorDescriptors.OUTPUT,
        null);
  }

  /// The line `flags:\t0100001`, octal, of `/proc/PID/fdinfo/FD`; proc(5).
  private static int flags(String info) {
    int at = info.indexOf("flags:") + "flags:".length();
    int flags = 0;
    for (; at < info.length() && info.charAt(at) != '\n'; at++) {
      int digit = info.charAt(at) - '0';
      flags = digit >= 0 && digit < 8 ? flags << 3 | digit : flags;
    }
    return flags;
  }
}
