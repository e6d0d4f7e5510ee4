package dev.urunj.e2e.fault;

import dev.urunj.e2e.fault.Fault.Intrusion;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A second actor that does something beside a command, at a moment that others choose.
final class Intruder {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Time to get in the way of the first command, which waits for that long.
  private static final String HOLD = " sleep 0.12";

  private final Path log;
  private final Path end;
  private final String script;

  private Intruder(Path files, Intrusion intrusion, List<List<String>> lines) {
    this.log = files.resolve("intruder");
    this.end = files.resolve("intruder-end");
    StringBuilder commands = new StringBuilder();
    for (List<String> line : lines) {
      commands.append(" '").append(String.join("' '", line)).append("';");
    }
    this.script =
        intrusion == Intrusion.NETNS
            ? commands.toString()
            : "{ %s : >'%s'; } </dev/null >'%s' 2>&1 &%s".formatted(commands, end, log, HOLD);
  }

  /// @param body that the first command is about
  /// @param rival another container for the same pod
  static Intruder of(Intrusion intrusion, Pod pod, Body body, Body rival, Path files) {
    return new Intruder(
        files,
        intrusion,
        switch (intrusion) {
          case NETNS -> List.of(List.of("ip", "netns", "del", pod.name()));
          case DELETE -> List.of(body.line(Scene.FORCE));
          case END -> List.of(body.line(Scene.KILL), body.line(Scene.FORCE));
          case START -> List.of(body.line(Scene.START));
          case CREATE -> List.of(body.line(Scene.CREATE));
          case RIVAL -> List.of(rival.line(Scene.CREATE));
          case GC -> List.of(body.ground().line(Recovery.words()));
        });
  }

  /// For a shell. It leaves a file when it is through; the namespace it deletes at once.
  String script() {
    return script;
  }

  /// Waits until it is through, if it has begun.
  ///
  /// @return what it said
  /// @throws AssertionError when it hangs
  String await() throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (Files.exists(log) && !Files.exists(end)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the second command hangs");
      }
      Node.pause(10);
    }
    return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
  }
}
