package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.process.Child;
import dev.urunj.linux.process.ExitStatus;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.linux.process.Spawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A program of this node as a low-level runtime.
///
/// Every command runs as a child with the caller's standard input and output, so what the container
/// prints goes where the caller wants it. The runtime's own message comes from its log, and becomes
/// a part of our one line. The runtime prints it on its standard error stream too, so that stream
/// is not the caller's.
final class SpawnedRuntime implements LowLevelRuntime {
  private static final int STANDARD_ERROR = 2;
  private static final int FIRST_DESCRIPTOR = 3;

  private final Path program;
  private final Path root;
  private final Path log;
  private final boolean systemdCgroup;
  private final Inheritance inheritance;
  private final Duration patience;

  SpawnedRuntime(
      Path program, Path root, boolean systemdCgroup, Inheritance inheritance, Duration patience) {
    this.program = program;
    this.root = root;
    this.log = root.resolveSibling("runc.log");
    this.systemdCgroup = systemdCgroup;
    this.inheritance = inheritance;
    this.patience = patience;
  }

  @Override
  public void create(String id, Creation creation) throws IOException {
    Files.createDirectories(root);
    List<String> arguments = new ArrayList<>();
    arguments.add("create");
    arguments.add("--bundle");
    arguments.add(creation.bundle().toString());
    arguments.add("--pid-file");
    arguments.add(creation.pidFile().toString());
    Path console = creation.consoleSocket();
    if (console != null) {
      arguments.add("--console-socket");
      arguments.add(console.toString());
    }
    if (creation.noPivot()) {
      arguments.add("--no-pivot");
    }
    if (creation.noNewKeyring()) {
      arguments.add("--no-new-keyring");
    }
    arguments.add("--preserve-fds");
    arguments.add(Integer.toString(creation.descriptors().size()));
    arguments.add("--");
    arguments.add(id);
    run(arguments, creation);
  }

  @Override
  public void start(String id) throws IOException {
    run(List.of("start", "--", id), null);
  }

  @Override
  public void pause(String id) throws IOException {
    run(List.of("pause", "--", id), null);
  }

  @Override
  public void resume(String id) throws IOException {
    run(List.of("resume", "--", id), null);
  }

  @Override
  public void deleteByForce(String id) throws IOException {
    if (Files.isDirectory(root)) {
      run(List.of("delete", "--force", "--", id), null);
    }
  }

  @Override
  public List<String> commandLine(List<String> command) {
    List<String> argv = new ArrayList<>();
    argv.add(program.toString());
    argv.add("--root");
    argv.add(root.toString());
    if (systemdCgroup) {
      argv.add("--systemd-cgroup");
    }
    argv.addAll(command);
    return argv;
  }

  @Override
  public Path program() {
    return program;
  }

  /// @param creation of the container, for `create`
  private void run(List<String> command, @Nullable Creation creation) throws IOException {
    Files.deleteIfExists(log);
    List<String> argv = new ArrayList<>();
    argv.add(program.toString());
    argv.add("--root");
    argv.add(root.toString());
    argv.add("--log");
    argv.add(log.toString());
    argv.add("--log-format");
    argv.add("json");
    if (systemdCgroup) {
      argv.add("--systemd-cgroup");
    }
    argv.addAll(command);
    Spawn spawn = new Spawn(argv, inheritance).program(program);
    if (creation != null) {
      for (int i = 0; i < creation.descriptors().size(); i++) {
        spawn.descriptor(FIRST_DESCRIPTOR + i, creation.descriptors().get(i));
      }
      spawn.descriptor(STANDARD_ERROR, creation.errors());
      await(command.getFirst(), spawn);
      return;
    }
    try (Fd nowhere = OpenFile.readWrite(Path.of("/dev/null"))) {
      await(command.getFirst(), spawn.descriptor(STANDARD_ERROR, nowhere));
    }
  }

  /// Only the child is killed when it is too late. What it has made is the clean-up's, which knows
  /// it by the journal and by the processes' tags.
  private void await(String command, Spawn spawn) throws IOException {
    try (Child child = spawn.start()) {
      if (!child.pidfd().awaitExit(patience)) {
        throw overdue(command, child.kill());
      }
      ExitStatus status = child.waitFor();
      if (status.shellCode() != 0) {
        throw failure(command, status);
      }
    }
  }

  @Override
  public String lastError() {
    return ErrorLog.lastError(log);
  }

  private LowLevelException overdue(String command, boolean died) {
    String reason = lastError();
    return LowLevelException.overdue(
        program.getFileName()
            + " "
            + command
            + " did not end within "
            + patience.toMillis()
            + (died ? " ms and was killed" : " ms and does not even die, it hangs in the kernel")
            + (reason.isEmpty() ? "" : ": " + reason));
  }

  private LowLevelException failure(String command, ExitStatus status) {
    String reason = lastError();
    boolean killed = status.signal() != 0;
    String how = killed ? "was killed by signal " + status.signal() : "exit " + status.code();
    return LowLevelException.refusal(
        program.getFileName()
            + " "
            + command
            + " failed ("
            + how
            + ")"
            + (reason.isEmpty() ? "" : ": " + reason),
        !killed && !reason.contains("hook"));
  }
}
