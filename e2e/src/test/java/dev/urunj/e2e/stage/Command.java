package dev.urunj.e2e.stage;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A command on a node with a reaper as its parent, as a containerd shim would be: it gets each
/// process that loses its own parent. The outputs go to files, so that processes that live on keep
/// no test waiting.
public final class Command {
  /// Longer than `start` waits for a monitor that says nothing.
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Path files;
  private final Process reaper;

  private Command(Path files, Process reaper) {
    this.files = files;
    this.reaper = reaper;
  }

  /// Begins a command.
  ///
  /// @param files new, empty directory for what it writes
  public static Command begin(Node node, Path files, List<String> words) throws IOException {
    Files.createDirectories(files);
    List<String> inside = new ArrayList<>();
    inside.add(Target.compiled("reaper").toString());
    inside.add(files.resolve("reaped").toString());
    inside.addAll(words);
    Process reaper =
        new ProcessBuilder(node.inside().enter(inside.toArray(String[]::new)))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(Redirect.to(files.resolve("stdout").toFile()))
            .redirectError(Redirect.to(files.resolve("stderr").toFile()))
            .start();
    return new Command(files, reaper);
  }

  /// Waits for the command itself; its exit status as a shell has it.
  ///
  /// @throws AssertionError when it hangs
  public int await() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean over = !reaper.isAlive();
      for (String line : text("reaped").lines().toList()) {
        if (line.startsWith("done ")) {
          return Integer.parseInt(line.substring(5));
        }
      }
      if (over || System.nanoTime() > end) {
        throw new AssertionError((over ? "did not run: " : "hangs: ") + stderr());
      }
      Node.pause(5);
    }
  }

  /// Whether no process of the command, or started by it, is left.
  public boolean isReaped(Duration patience) {
    try {
      return reaper.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// The processes of the command now: the reaper's children, and theirs.
  public List<ProcessHandle> processes() {
    return reaper.descendants().toList();
  }

  /// Ends, by id, the processes that are left.
  public void destroy() {
    reaper.descendants().forEach(ProcessHandle::destroyForcibly);
    reaper.destroyForcibly();
  }

  public String stderr() throws IOException {
    return text("stderr");
  }

  public String stdout() throws IOException {
    return text("stdout");
  }

  private String text(String name) throws IOException {
    Path file = files.resolve(name);
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }
}
