package dev.urunj.runtime.host;

import dev.urunj.linux.process.Environment;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/// What one request comes with. Code below the door takes these things from here and never from the
/// process that it runs in, because that may be another one than the caller's.
///
/// @param environment the caller's
/// @param directory the caller's working directory, absolute
/// @param streams the caller's standard streams
/// @param log where to say what is done
/// @param clock the time of day
/// @param invoked when the request began
public record Caller(
    Environment environment,
    Path directory,
    Streams streams,
    Log log,
    InstantSource clock,
    Instant invoked) {

  /// The same request with another log.
  public Caller with(Log other) {
    return new Caller(environment, directory, streams, other, clock, invoked);
  }

  /// The absolute path that the caller means by a word, seen from its directory.
  public Path path(String word) {
    return directory.resolve(word);
  }
}
