package dev.urunj.cli.verb;

import dev.urunj.linux.process.Environment;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.AttachedContainer;
import java.nio.file.Path;
import java.util.List;

/// What is to become of the caller's process once a verb has done its part.
public sealed interface Outcome {
  /// The command has succeeded and has nothing more to say.
  Exit SUCCESS = new Exit(0);

  /// The process ends.
  record Exit(int code) implements Outcome {}

  /// The process becomes another program, so that the caller gets that program's streams, exit code
  /// and children as without urunj.
  ///
  /// @param program a path; `PATH` is not searched
  /// @param argv the arguments from the program's own name on
  /// @param descriptors how many of the caller's descriptors after 0, 1 and 2 the program gets
  record Become(Path program, List<String> argv, Environment environment, int descriptors)
      implements Outcome {}

  /// The process stays until a container has ended, and ends with that container's exit status.
  record Attached(AttachedContainer container) implements Outcome {}

  /// Prints a line on the caller's standard output.
  ///
  /// @return success, or 1 when it could not be written
  static Exit printed(Caller caller, String line) {
    caller.streams().out().println(line);
    return written(caller, 0);
  }

  /// The exit code of a command that has written its output.
  ///
  /// @param code the one if all was written; it is 1 otherwise
  static Exit written(Caller caller, int code) {
    return new Exit(caller.streams().out().checkError() ? 1 : code);
  }
}
