package dev.urunj.runtime.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.clock.KernelClock;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.runtime.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A script in place of runc. It writes down its words and pid, and then does what a test wants.
class SpawnedRuntimeTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path temp;

  @BeforeEach
  void makeRoot() throws IOException {
    Files.createDirectories(temp.resolve("c1/runc"));
  }

  @Test
  void commandsAreThoseOfRunc() throws IOException {
    LowLevelRuntime runtime = runtime("exit 0", LONG);
    runtime.start("c1");
    assertThat(words())
        .containsExactly(
            "--root",
            temp.resolve("c1/runc").toString(),
            "--log",
            temp.resolve("c1/runc.log").toString(),
            "--log-format",
            "json",
            "start",
            "--",
            "c1");
    runtime.pause("c1");
    assertThat(words()).endsWith("pause", "--", "c1");
    runtime.resume("c1");
    assertThat(words()).endsWith("resume", "--", "c1");
    runtime.deleteByForce("c1");
    assertThat(words()).endsWith("delete", "--force", "--", "c1");
  }

  @Test
  void createPassesDescriptorsOnAndItsOwnErrorsElsewhere() throws IOException {
    Path errors = temp.resolve("errors");
    try (Fd three = OpenFile.readWrite(Path.of("/dev/null"));
        Fd log = OpenFile.appendNew(errors, 0600)) {
      runtime("readlink /proc/self/fd/3 >&2", LONG)
          .create(
              "c1",
              new LowLevelRuntime.Creation(
                  temp.resolve("b"), temp.resolve("pid"), null, true, false, List.of(three), log));
    }
    assertThat(words())
        .endsWith(
            "create",
            "--bundle",
            temp.resolve("b").toString(),
            "--pid-file",
            temp.resolve("pid").toString(),
            "--no-pivot",
            "--preserve-fds",
            "1",
            "--",
            "c1");
    assertThat(errors).hasContent("/dev/null");
  }

  @Test
  void containerThatHasNeverHadARootCountsAsDeleted() throws IOException {
    Files.delete(temp.resolve("c1/runc"));
    runtime("exit 1", LONG).deleteByForce("c1");
    assertThat(temp.resolve("words")).doesNotExist();
  }

  @Test
  void refusalHasTheLastWordsOfTheLog() throws IOException {
    LowLevelRuntime runtime =
        runtime("echo '{\"level\":\"error\",\"msg\":\"no\"}' >\"$4\"; exit 3", LONG);
    LowLevelException refusal =
        catchThrowableOfType(LowLevelException.class, () -> runtime.start("c1"));
    assertThat(refusal).hasMessage("runc start failed (exit 3): no");
    assertThat(refusal.kind()).isEqualTo(FailureKind.LOW_LEVEL_SAID);
    assertThat(refusal.mayBeEnvironment()).isTrue();
    assertThat(runtime.lastError()).isEqualTo("no");
  }

  @Test
  void oneThatHangsIsKilledAndSaysWhatItSaidLast() throws IOException {
    LowLevelRuntime runtime =
        runtime("echo '{\"level\":\"error\",\"msg\":\"waits\"}' >\"$4\"; exec sleep 600", SHORT);
    LowLevelException overdue =
        catchThrowableOfType(LowLevelException.class, () -> runtime.pause("c1"));
    assertThat(overdue).hasMessage("runc pause did not end within 300 ms and was killed: waits");
    assertThat(overdue.kind()).isEqualTo(FailureKind.TIMED_OUT);
    assertThat(overdue.mayBeEnvironment()).isFalse();
    assertThat(Path.of("/proc", Files.readString(temp.resolve("own")).strip())).doesNotExist();
  }

  /// What runc has started is the container's, or a hook's, and not ours to kill by its parent.
  @Test
  void onlyTheChildIsKilledAndNotItsOwnChildren() throws IOException {
    LowLevelRuntime runtime = runtime("sleep 600 & echo $! >\"${0%/*}/other\"; wait", SHORT);
    assertThatThrownBy(() -> runtime.start("c1")).isInstanceOf(LowLevelException.class);
    ProcessHandle other =
        ProcessHandle.of(Long.parseLong(Files.readString(temp.resolve("other")).strip()))
            .orElseThrow();
    assertThat(other.isAlive()).isTrue();
    assertThat(other.destroyForcibly()).isTrue();
  }

  @Test
  void deadlineOfTheCallerCountsWhenItComesFirst() throws IOException {
    Deadline soon = Deadline.byTheKernel(Duration.ofMillis(100));
    LowLevelRuntime hanging = runtime("exec sleep 60", Duration.ofSeconds(60), soon);
    assertThatThrownBy(() -> hanging.start("c1"))
        .hasMessageMatching("runc start did not end within \\d{1,3} ms and was killed");
  }

  private LowLevelRuntime runtime(String then, Duration patience) throws IOException {
    return runtime(then, patience, Deadline.never(new KernelClock()));
  }

  private LowLevelRuntime runtime(String then, Duration patience, Deadline callers)
      throws IOException {
    Path program = temp.resolve("runc");
    Files.writeString(
        program,
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"${0%/*}/words\"; echo $$ >\"${0%/*}/own\"\n"
            + then
            + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new SpawnedRuntimes(patience)
        .of(
            program,
            temp.resolve("c1/runc"),
            false,
            Inheritance.ofThisProcess(Environment.of(List.of("PATH=" + System.getenv("PATH")))),
            callers);
  }

  private List<String> words() throws IOException {
    return Files.readAllLines(temp.resolve("words"));
  }
}
