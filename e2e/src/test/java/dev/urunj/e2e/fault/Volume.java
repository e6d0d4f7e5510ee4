package dev.urunj.e2e.fault;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Target;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a container of a life binds, and which is not what `start` would like: its file system
/// stops answering (`hang.c`), or its files are changed all the time (`swap.c`). It is there from
/// before create until this is closed.
final class Volume implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Node node;
  private final String place;
  private final boolean hangs;
  private final Path said;
  private final Process program;
  private boolean closed;

  private Volume(Node node, String place, boolean hangs, Path files, List<String> line)
      throws IOException {
    this.node = node;
    this.place = place;
    this.hangs = hangs;
    this.said = files.resolve("volume-said");
    this.program =
        new ProcessBuilder(node.inside().enter(line.toArray(String[]::new)))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(said.toFile()))
            .start();
  }

  /// The volume of a life with that fault; null where it has none.
  ///
  /// @param files where this may write
  static @Nullable Volume of(Fault fault, Node node, Path files) throws IOException {
    if (fault.scene() == Scene.SWAPPED) {
      String directory = files.resolve("volume").toString();
      List<String> line = List.of(Target.compiled("swap").toString(), directory);
      return begun(new Volume(node, directory, false, files, line), "begun");
    }
    if (fault.moment() instanceof Fault.Hung(String stage, boolean taken)) {
      String directory = "/run/volume-" + Target.number();
      String program = Target.compiled("hang").toString();
      List<String> line =
          taken ? List.of(program, directory, stage, "taken") : List.of(program, directory, stage);
      return begun(new Volume(node, directory, true, files, line), "mounted");
    }
    return null;
  }

  private static Volume begun(Volume volume, String word) throws IOException {
    try {
      volume.await(word);
      return volume;
    } catch (Throwable t) {
      try (volume) {
        throw t;
      }
    }
  }

  /// Lets a container bind it: whole, and one file of it alone.
  void addTo(BundleBuilder bundle) {
    if (hangs) {
      bundle.mount("/volume", place + "/x");
    } else {
      bundle.mount("/volume", place).mount("/volume-file", place + "/a0", "ro");
    }
  }

  /// Waits until a process waits for an answer.
  void awaitHung() throws IOException {
    await("hangs");
  }

  private void await(String word) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!said().lines().toList().contains(word)) {
      if (!program.isAlive() || System.nanoTime() > end) {
        throw new IOException("the volume is not " + word + ": " + said());
      }
      Node.pause(2);
    }
  }

  private String said() throws IOException {
    return Files.exists(said) ? Files.readString(said, StandardCharsets.ISO_8859_1) : "";
  }

  /// A process that waits for an answer gets an error; nothing of the volume is left.
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    program.destroyForcibly();
    try {
      int _ = program.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a volume was removed", e);
    }
    node.sh(
        hangs
            ? "umount -l " + place + "; rmdir " + place
            : "rm -rf " + place + " " + place + "-twins");
  }
}
