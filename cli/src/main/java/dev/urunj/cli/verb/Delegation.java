package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.cli.words.Verb;
import dev.urunj.runtime.config.ConfigReader;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lifecycle.MonitorCommand;
import dev.urunj.runtime.lifecycle.Ownership;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The command lines of the low-level runtime that takes the place of the caller's process, so that
/// the caller gets the same streams, exit code and parent of children as without urunj.
final class Delegation {
  private Delegation() {}

  /// With the words as they came.
  static Outcome unchanged(Invocation invocation, Caller caller)
      throws IOException, UsageException {
    Map<String, String> environment = caller.environment().variables();
    Path program =
        caller.node().lowLevelForOthers(new ConfigReader(environment).read(), caller.environment());
    List<String> argv = new ArrayList<>();
    argv.add(program.toString());
    argv.addAll(invocation.words());
    return new Outcome.Become(
        program, argv, caller.environment(), descriptorsToKeep(invocation, caller));
  }

  /// On the monitor of a container of urunj's, the same verb and words; with the words as they came
  /// for any other id.
  static Outcome onMonitorIfOurs(String id, Invocation invocation, Caller caller)
      throws IOException, UsageException {
    ContainerRecord record = new Ownership(invocation.under(caller).root()).record(id);
    if (record == null) {
      return unchanged(invocation, caller);
    }
    List<String> words = invocation.words();
    return onMonitor(record, words.subList(invocation.verbAt(), words.size()), invocation, caller);
  }

  /// On the monitor's container, in the root where the monitor is.
  ///
  /// @param words from the verb on
  private static Outcome onMonitor(
      ContainerRecord record, List<String> words, Invocation invocation, Caller caller)
      throws IOException, UsageException {
    MonitorRecord monitor = record.monitor();
    if (monitor == null) {
      throw ContainerException.cutOff(record.id());
    }
    LowLevelRuntime runtime = Container.of(invocation.under(caller), record.id()).lowLevel(monitor);
    return become(new MonitorCommand(runtime, words), invocation, caller);
  }

  /// What a verb has decided to ask of the monitor's low-level runtime.
  static Outcome become(MonitorCommand decided, Invocation invocation, Caller caller) {
    LowLevelRuntime runtime = decided.runtime();
    List<String> command = new ArrayList<>();
    addLogFlags(command, invocation);
    command.addAll(decided.words());
    return new Outcome.Become(
        runtime.program(), runtime.commandLine(command), caller.environment(), 0);
  }

  /// With the words as they came, for a verb that needs a process inside of the container.
  ///
  /// @throws IOException when the container is a unikernel
  static Outcome unlessGuest(Invocation invocation, Caller caller)
      throws IOException, UsageException {
    String id = invocation.id(1, Integer.MAX_VALUE);
    if (!new Ownership(invocation.under(caller).root()).isOurs(id)) {
      return unchanged(invocation, caller);
    }
    Verb verb = invocation.verb();
    throw new ContainerException(
        FailureKind.UNSUPPORTED,
        (verb == null ? "" : verb.word())
            + ": container \""
            + id
            + "\" is a unikernel: no process of its guest can be reached from outside");
  }

  private static void addLogFlags(List<String> command, Invocation invocation) {
    for (String name : new String[] {"log", "log-format"}) {
      String value = invocation.global().value(name);
      if (value != null) {
        command.add("--" + name);
        command.add(value);
      }
    }
  }

  /// Those of `--preserve-fds` and of socket activation, which runc hands on too.
  private static int descriptorsToKeep(Invocation invocation, Caller caller) throws UsageException {
    return count("--preserve-fds", invocation.own().value("preserve-fds"))
        + count("LISTEN_FDS", caller.environment().get("LISTEN_FDS"));
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
