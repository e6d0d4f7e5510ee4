package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.process.Pidfd;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// The low-level runtime of a create that was killed. It outlives its caller: told to delete a
/// container that it is still making, it would find none, and make it afterwards.
///
/// It is known by its argument `--root`, a path that belongs to one container alone.
final class OrphanedRuntime {
  private static final Path PROCESSES = Path.of("/proc");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LIMIT = 64 << 10;

  private OrphanedRuntime() {}

  /// Waits until no low-level runtime works in a root any more; one that takes longer than 10 s is
  /// killed.
  static void awaitEnd(Path root) throws IOException {
    String[] names = PROCESSES.toFile().list();
    if (names == null) {
      return;
    }
    String argument = "\0--root\0" + root + "\0";
    for (String name : names) {
      if (isNumber(name) && commandLine(name).contains(argument)) {
        awaitEnd(Integer.parseInt(name), name, argument);
      }
    }
  }

  /// Opens first and looks again, so that the number cannot change hands in between.
  private static void awaitEnd(int pid, String name, String argument) throws IOException {
    try (Pidfd pidfd = Pidfd.open(pid)) {
      if (commandLine(name).contains(argument) && !pidfd.awaitExit(PATIENCE)) {
        pidfd.signal(Signals.KILL);
        pidfd.awaitExit(PATIENCE);
      }
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
    }
  }

  private static String commandLine(String pid) {
    File file = PROCESSES.resolve(pid).resolve("cmdline").toFile();
    try (FileInputStream in = new FileInputStream(file)) {
      return new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return ""; // it has ended
    }
  }

  private static boolean isNumber(String name) {
    return name.charAt(0) >= '1' && name.charAt(0) <= '9';
  }
}
