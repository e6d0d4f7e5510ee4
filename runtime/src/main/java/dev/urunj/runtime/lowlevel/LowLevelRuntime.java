package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.file.Fd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A low-level runtime, runc or one like it, with the root in which it keeps one monitor's
/// container. What uses one takes it from [LowLevelRuntimes], so that a test can give another.
public interface LowLevelRuntime {
  /// What `create` gets beside the id.
  ///
  /// @param descriptors what the container's process gets as 3, 4, 5 …; owned by the caller
  /// @param errors the standard error stream of the runtime and of the container's process; owned
  ///   by the caller
  record Creation(
      Path bundle,
      Path pidFile,
      @Nullable Path consoleSocket,
      boolean noPivot,
      boolean noNewKeyring,
      List<Fd> descriptors,
      Fd errors) {}

  /// `create`: the container's process exists afterwards and waits.
  ///
  /// @throws LowLevelException when the runtime refuses
  void create(String id, Creation creation) throws IOException;

  /// `start`: the container's process executes its program.
  void start(String id) throws IOException;

  /// `pause`: freezes the container's control group.
  void pause(String id) throws IOException;

  /// `resume`: thaws it.
  void resume(String id) throws IOException;

  /// `delete --force`: kills what still runs, runs the `poststop` hooks, removes the cgroup. A
  /// container that the runtime does not know counts as deleted.
  void deleteByForce(String id) throws IOException;

  /// The last error that it has logged; may be empty.
  String lastError();

  /// The file that is executed, absolute.
  Path program();

  /// The argument vector of any command on the monitor's container, for a process that becomes this
  /// runtime.
  ///
  /// @param command the command with its own flags and arguments
  List<String> commandLine(List<String> command);
}
