package dev.urunj.linux.process;

import dev.urunj.linux.file.Fd;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a child gets without asking: an environment, and standard streams. Owns no descriptor.
public final class Inheritance {
  private static final int STREAMS = 3;

  private final Environment environment;
  private final Fd @Nullable [] streams;

  private Inheritance(Environment environment, Fd @Nullable [] streams) {
    this.environment = environment;
    this.streams = streams;
  }

  /// This process's own streams, closed ones included.
  public static Inheritance ofThisProcess(Environment environment) {
    return new Inheritance(environment, null);
  }

  /// Streams of another process, as descriptors here.
  public static Inheritance of(Environment environment, Fd input, Fd output, Fd error) {
    return new Inheritance(environment, new Fd[] {input, output, error});
  }

  /// No streams: the child must be given all three.
  public static Inheritance withoutStreams(Environment environment) {
    return new Inheritance(environment, new Fd[0]);
  }

  public Environment environment() {
    return environment;
  }

  /// The descriptor of a standard stream in this process, whose owner stays who it is.
  ///
  /// @param stream 0 for input, 1 for output, 2 for errors
  /// @return negative where there is none
  public int stream(int stream) {
    if (streams == null) {
      return stream;
    }
    return stream < streams.length ? streams[stream].number() : -1;
  }

  /// Adds the streams to a child's descriptors, unless there are others of their numbers.
  ///
  /// @throws IllegalStateException when one is in neither
  void addTo(Map<Integer, Fd> descriptors) {
    if (streams == null) {
      return;
    }
    for (int number = 0; number < STREAMS; number++) {
      if (!descriptors.containsKey(number)) {
        if (number >= streams.length) {
          throw new IllegalStateException("the child has no descriptor " + number);
        }
        descriptors.put(number, streams[number]);
      }
    }
  }
}
