package dev.urunj.cli;

import dev.urunj.linux.process.Exec;
import dev.urunj.runtime.config.ConfigReader;
import dev.urunj.runtime.host.Node;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Executes the low-level runtime in place of this process, so that the caller gets the same
/// streams, exit code and parent of children as without urunj.
final class Delegation {
  private final Invocation invocation;

  Delegation(Invocation invocation) {
    this.invocation = invocation;
  }

  /// With the words as they came.
  int exec() throws IOException, UsageException {
    Path program =
        new Node(System.getenv()).lowLevelForOthers(new ConfigReader(System.getenv()).read());
    List<String> argv = new ArrayList<>();
    argv.add(program.toString());
    argv.addAll(invocation.words());
    Exec.replace(program, argv, descriptorsToKeep());
    throw new AssertionError("execve has returned");
  }

  /// On the monitor's container: the same verb and words, in the root where the monitor is.
  int execOnMonitor(ContainerRecord record) throws IOException, UsageException {
    return execOnMonitor(
        record, invocation.words().subList(invocation.verbAt(), invocation.words().size()));
  }

  /// On the monitor's container, with words of our own.
  int execOnMonitor(ContainerRecord record, List<String> words) throws IOException, UsageException {
    MonitorRecord monitor = record.monitor();
    if (monitor == null) {
      throw new IOException("container \"" + record.id() + "\": its create was cut off; delete it");
    }
    LowLevelRuntime runtime =
        new LowLevelRuntime(
            monitor.lowLevel(),
            StateDirectory.of(invocation.root(), record.id()).lowLevelRoot(),
            monitor.systemdCgroup());
    List<String> command = new ArrayList<>();
    addLogFlags(command);
    command.addAll(words);
    Exec.replace(runtime.program(), runtime.commandLine(command), 0);
    throw new AssertionError("execve has returned");
  }

  private void addLogFlags(List<String> command) {
    for (String name : new String[] {"log", "log-format"}) {
      String value = invocation.global().value(name);
      if (value != null) {
        command.add("--" + name);
        command.add(value);
      }
    }
  }

  /// Those of `--preserve-fds` and of socket activation, which runc hands on too.
  private int descriptorsToKeep() throws UsageException {
    return count("--preserve-fds", invocation.own().value("preserve-fds"))
        + count("LISTEN_FDS", System.getenv("LISTEN_FDS"));
  }

  private static int count(String name, @Nullable String text) throws UsageException {
    if (text == null || text.isEmpty()) {
      return 0;
    }
    try {
      int count = Integer.parseInt(text);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new UsageException(name + ": expected a number of descriptors");
  }
}
