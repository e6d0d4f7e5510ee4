package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.process.Child;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.process.Spawn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Children of this process that nothing but a test and the product waits for. Those of
/// `ProcessBuilder` are waited for by a thread of the JVM.
final class Processes implements AutoCloseable {
  private static final int FIRST_DESCRIPTOR = 3;
  private static final int KILL = 9;

  private final List<Child> children = new ArrayList<>();

  /// Runs a line of the shell.
  ProcessIdentity start(String script) throws IOException {
    return start(script, "NONE=", List.of());
  }

  /// Runs a line of the shell.
  ///
  /// @param variable of its environment, `NAME=VALUE`
  /// @param descriptors what it gets as 3, 4, 5 …
  ProcessIdentity start(String script, String variable, List<Fd> descriptors) throws IOException {
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    Spawn spawn = new Spawn(List.of("/bin/sh", "-c", script), inheritance(variable));
    for (int i = 0; i < descriptors.size(); i++) {
      spawn.descriptor(FIRST_DESCRIPTOR + i, descriptors.get(i));
    }
    children.add(spawn.start());
    ProcessHandle child =
        ProcessHandle.current()
            .children()
            .filter(one -> !before.contains(one))
            .findFirst()
            .orElseThrow();
    return requireNonNull(ProcessIdentity.of((int) child.pid()));
  }

  private static Inheritance inheritance(String variable) {
    return Inheritance.ofThisProcess(
        Environment.of(List.of("PATH=" + System.getenv("PATH"), variable)));
  }

  /// Kills those that still run. Those that the product has waited for are gone.
  @Override
  public void close() throws IOException {
    for (Child child : children) {
      try (Pidfd _ = child.pidfd()) {
        child.pidfd().signal(KILL);
        child.waitFor();
      } catch (ErrnoException e) {
        if (e.errno() != Errno.ESRCH) {
          throw e;
        }
      }
    }
  }
}
