package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.testkit.Programs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A container that `create` was run for, with its reaper behind it. Verbs must succeed unless they
/// begin with `try`.
public final class Container {
  private final Urunj urunj;
  private final String id;
  private final Path bundle;
  private final Path scratch;
  private final Process reaper;

  Container(Urunj urunj, String id, Path bundle, Path scratch, Process reaper) {
    this.urunj = urunj;
    this.id = id;
    this.bundle = bundle;
    this.scratch = scratch;
    this.reaper = reaper;
  }

  public String id() {
    return id;
  }

  public Path bundle() {
    return bundle;
  }

  /// The container's process as `--pid-file` has it: the monitor, once started.
  public long pid() throws IOException {
    return Long.parseLong(Files.readString(pidFile()));
  }

  public boolean isAlive() throws IOException {
    return Files.exists(Path.of("/proc/" + pid()));
  }

  public Container start() throws IOException {
    urunj.command("start", id).orFail();
    return this;
  }

  public Result tryStart() throws IOException {
    return urunj.command("start", id);
  }

  public JsonObject state() throws IOException {
    return JsonParser.parseString(urunj.command("state", id).orFail()).getAsJsonObject();
  }

  public String status() throws IOException {
    return state().get("status").getAsString();
  }

  public void awaitStatus(String status, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (!status().equals(status)) {
      assertThat(System.nanoTime())
          .as("no %s: %s\n%s", status, status(), console())
          .isLessThan(end);
      Node.pause(100);
    }
  }

  public void kill(String signal) throws IOException {
    urunj.command("kill", id, signal).orFail();
  }

  public Result tryKill(String signal) throws IOException {
    return urunj.command("kill", id, signal);
  }

  /// Kills the container's process and waits until it is dead, without a clean-up.
  public void crash() throws IOException {
    ProcessHandle monitor = ProcessHandle.of(pid()).orElseThrow();
    monitor.destroyForcibly();
    monitor.onExit().join();
  }

  public void delete() throws IOException {
    urunj.command("delete", id).orFail();
  }

  public Result tryDelete(String... flags) throws IOException {
    String[] words = new String[flags.length + 2];
    words[0] = "delete";
    System.arraycopy(flags, 0, words, 1, flags.length);
    words[words.length - 1] = id;
    return urunj.command(words);
  }

  /// KILL and delete.
  public void end() throws IOException {
    kill("KILL");
    delete();
  }

  /// Standard output and error of the container: the guest's console.
  public String console() throws IOException {
    return text("stdout") + text("stderr");
  }

  /// What `create` and the container wrote to standard output alone.
  public String stdout() throws IOException {
    return text("stdout");
  }

  public String stderr() throws IOException {
    return text("stderr");
  }

  /// Waits until the guest says something. The kernel prints its command line, where a program's
  /// arguments stand: that is not the program's word.
  public void awaitConsole(String text, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (!console().replaceAll(".*[Cc]ommand line: .*", "").contains(text)) {
      assertThat(System.nanoTime())
          .as("no %s on the console:\n%s", text, console())
          .isLessThan(end);
      Node.pause(50);
    }
  }

  /// The exit status of the container's process, as the shim that reaps it sees it and a shell says
  /// it: 137 for SIGKILL.
  public int exitStatus(Duration patience) throws IOException {
    return awaitLine(pid() + " ", patience);
  }

  /// The exit status of the program that the reaper ran: of `create`.
  public int awaitCreate(Duration patience) throws IOException {
    return awaitLine("done ", patience);
  }

  private int awaitLine(String prefix, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      for (String line : text("reaped").lines().toList()) {
        if (line.startsWith(prefix)) {
          return Integer.parseInt(line.substring(prefix.length()));
        }
      }
      boolean over = !reaper.isAlive() && text("reaped").isEmpty();
      if (over || System.nanoTime() > end) {
        throw new AssertionError(
            "not reaped: " + prefix + ": " + text("reaped") + "\n" + console());
      }
      Node.pause(10);
    }
  }

  /// Waits for the reaper, which ends when nothing of the container is left.
  public boolean isReaped(Duration patience) {
    try {
      return reaper.waitFor(patience.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Lets a reaper go on that was stopped. `nsenter` before it stops and goes on together with it.
  public void continueReaper() throws IOException {
    Programs.run(Duration.ofSeconds(10), List.of("kill", "-CONT", Long.toString(reaper.pid())))
        .orFail();
  }

  /// Kills the command itself, whose process the launcher has become, as the kernel does when
  /// memory ends. What it has started lives on.
  public void killCommand() {
    reaper.children().forEach(ProcessHandle::destroyForcibly);
  }

  /// Kills, by id, whatever is left below the reaper, and the reaper.
  void destroy() {
    reaper.descendants().forEach(ProcessHandle::destroyForcibly);
    reaper.destroyForcibly();
  }

  Path pidFile() {
    return scratch.resolve("pid");
  }

  private String text(String name) throws IOException {
    Path file = scratch.resolve(name);
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }
}
