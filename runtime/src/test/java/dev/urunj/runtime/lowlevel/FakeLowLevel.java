package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.process.Inheritance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Low-level runtimes that execute nothing. They write down what they are asked, and do or refuse
/// what a test wants.
public final class FakeLowLevel implements LowLevelRuntimes {
  private final List<String> calls = new ArrayList<>();
  private final Map<String, Outcome> outcomes = new HashMap<>();
  private final Map<String, During> during = new HashMap<>();
  private @Nullable Create create;

  /// Ones that succeed in all.
  public FakeLowLevel() {}

  /// What a command ends with, when it fails.
  private interface Outcome {
    LowLevelException failure();
  }

  /// What `create` does, beside being written down.
  public interface Create {
    void of(LowLevelRuntime.Creation creation) throws IOException;
  }

  /// What a command does, beside being written down, before it succeeds or fails.
  public interface During {
    void run() throws IOException;
  }

  /// Makes commands of one kind do something.
  ///
  /// @param command the first word, for example `pause`
  public void during(String command, During what) {
    during.put(command, what);
  }

  /// Makes `create` do something.
  public void onCreate(Create what) {
    create = what;
  }

  /// Makes commands of one kind fail as a program that ends with an error.
  ///
  /// @param command the first word, for example `pause`
  public void refuse(String command) {
    outcomes.put(
        command, () -> LowLevelException.refusal("runc " + command + " failed (exit 1): no", true));
  }

  /// Makes commands of one kind fail as a program that was killed because it hung.
  public void hang(String command) {
    outcomes.put(command, () -> LowLevelException.overdue("runc " + command + " did not end"));
  }

  /// Makes commands of one kind succeed again.
  public void allow(String command) {
    outcomes.remove(command);
  }

  /// What was asked, in order: the program's name, the command and the id.
  public List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public LowLevelRuntime of(
      Path program, Path root, boolean systemdCgroup, Inheritance inheritance, Deadline deadline) {
    return new Fake(program, deadline);
  }

  private final class Fake implements LowLevelRuntime {
    private final Path program;
    private final Deadline deadline;

    Fake(Path program, Deadline deadline) {
      this.program = program;
      this.deadline = deadline;
    }

    @Override
    public void create(String id, Creation creation) throws IOException {
      if (create != null) {
        create.of(creation);
      }
      run("create", id);
    }

    @Override
    public void start(String id) throws IOException {
      run("start", id);
    }

    @Override
    public void pause(String id) throws IOException {
      run("pause", id);
    }

    @Override
    public void resume(String id) throws IOException {
      run("resume", id);
    }

    @Override
    public void deleteByForce(String id) throws IOException {
      run("delete", id);
    }

    private void run(String command, String id) throws IOException {
      calls.add(program.getFileName() + " " + command + " " + id);
      if (deadline.hasPassed()) {
        throw LowLevelException.overdue("runc " + command + " did not end");
      }
      During what = during.get(command);
      if (what != null) {
        what.run();
      }
      Outcome outcome = outcomes.get(command);
      if (outcome != null) {
        throw outcome.failure();
      }
    }

    @Override
    public String lastError() {
      return "";
    }

    @Override
    public Path program() {
      return program;
    }

    @Override
    public List<String> commandLine(List<String> command) {
      List<String> argv = new ArrayList<>(List.of(program.toString()));
      argv.addAll(command);
      return argv;
    }
  }
}
