package dev.urunj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.cli.verb.HandMadeCaller;
import dev.urunj.cli.verb.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a caller sees of a failure.
class CommandLineTest {
  private static final Outcome FAILURE = new Outcome.Exit(1);

  @TempDir Path temp;
  private HandMadeCaller caller;

  @BeforeEach
  void make() {
    caller = new HandMadeCaller(temp);
  }

  @Test
  void wordsThatCannotBeUnderstoodAreOneLineOnTheCallersErrors() {
    assertThat(run("fly")).isEqualTo(FAILURE);
    assertThat(caller.err()).isEqualTo("urunj: no such command: \"fly\"; see urunj help\n");
    assertThat(caller.out()).isEmpty();
  }

  @Test
  void failureIsInTheLogToo() {
    assertThat(run("--log", "log", "--log-format", "json", "delete")).isEqualTo(FAILURE);
    assertThat(temp.resolve("log")).content().contains("\"level\":\"error\"");
  }

  @Test
  void logThatCannotBeOpenedIsTheFailure() {
    assertThat(run("--log", "none/log", "version")).isEqualTo(FAILURE);
    assertThat(caller.err()).startsWith("urunj: --log: ").contains(temp + "/none/log");
    assertThat(caller.out()).isEmpty();
  }

  @Test
  void failureOfTheCleanUpIsSaidBehindItsCause() {
    IOException failure = new IOException("first");
    failure.addSuppressed(new IOException("second\nline"));
    assertThat(new CommandLine(List.of(), caller.caller()).failed(failure)).isEqualTo(FAILURE);
    assertThat(caller.err()).isEqualTo("urunj: first; and while taking back: second\\nline\n");
  }

  @Test
  void allFailuresOfTheCleanUpAreSaid() {
    IOException failure = new IOException("first");
    IOException second = new IOException("second");
    second.addSuppressed(new IOException("third"));
    failure.addSuppressed(second);
    assertThat(new CommandLine(List.of(), caller.caller()).failed(failure)).isEqualTo(FAILURE);
    assertThat(caller.err())
        .isEqualTo("urunj: first; and while taking back: second; and while taking back: third\n");
  }

  @Test
  void mistakeOfOursIsCalledInternal() {
    new CommandLine(List.of(), caller.caller()).failed(new IllegalStateException("x"));
    assertThat(caller.err())
        .isEqualTo("urunj: internal error: java.lang.IllegalStateException: x\n");
  }

  @Test
  void inputThatDoesNotFitIntoMemoryIsTheInputsFault() {
    new CommandLine(List.of(), caller.caller()).failed(new OutOfMemoryError("heap"));
    assertThat(caller.err()).isEqualTo("urunj: the input is too large: heap\n");
  }

  private Outcome run(String... words) {
    return new CommandLine(List.of(words), caller.caller()).run();
  }
}
