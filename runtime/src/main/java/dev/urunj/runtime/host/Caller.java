package dev.urunj.runtime.host;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// What one request comes with. Code below the door takes these things from here and never from the
/// process that it runs in, because that may be another one than the caller's, and serve others at
/// the same time.
///
/// @param node on which the request is served; the same for all requests
/// @param root the directory with all containers' state that the request is about, absolute
/// @param systemdCgroup whether the low-level runtime is to use systemd's cgroup driver
/// @param inheritance the caller's environment, and its standard streams as children get them
/// @param directory the caller's working directory, absolute
/// @param streams the caller's standard streams
/// @param process the caller's process, by its directory in /proc: control groups that are not
///   named from the root are seen from its own
/// @param log where to say what is done
/// @param invoked when the request began
/// @param deadline when the caller no longer waits. What has been begun is taken back all the same
public record Caller(
    Node node,
    Path root,
    boolean systemdCgroup,
    Inheritance inheritance,
    Path directory,
    Streams streams,
    Path process,
    Log log,
    Instant invoked,
    Deadline deadline) {

  /// The caller's environment.
  public Environment environment() {
    return inheritance.environment();
  }

  /// A low-level runtime, whose commands get the caller's environment and standard streams.
  ///
  /// @param program absolute path
  /// @param lowLevelRoot where it keeps its containers
  /// @param withSystemdCgroup whether it uses systemd's cgroup driver
  public LowLevelRuntime lowLevel(Path program, Path lowLevelRoot, boolean withSystemdCgroup) {
    return node.lowLevels().of(program, lowLevelRoot, withSystemdCgroup, inheritance, deadline);
  }

  /// The same request with another log.
  public Caller with(Log other) {
    return with(root, systemdCgroup, other, deadline);
  }

  /// The same request, about the containers under another root.
  public Caller under(Path otherRoot, boolean withSystemdCgroup) {
    return with(otherRoot, withSystemdCgroup, log, deadline);
  }

  /// The same request for what must be done also when its caller no longer waits: all that takes
  /// something back.
  public Caller patient() {
    return with(root, systemdCgroup, log, Deadline.never(node.monotonic()));
  }

  private Caller with(
      Path otherRoot, boolean withSystemdCgroup, Log otherLog, Deadline otherDeadline) {
    return new Caller(
        node,
        otherRoot,
        withSystemdCgroup,
        inheritance,
        directory,
        streams,
        process,
        otherLog,
        invoked,
        otherDeadline);
  }

  /// The moment that is `timeout` from now, or the caller's deadline if that comes first.
  public Deadline within(Duration timeout) {
    return deadline.orSooner(timeout);
  }

  /// The absolute path that the caller means by a word, seen from its directory.
  public Path path(String word) {
    return directory.resolve(word);
  }
}
