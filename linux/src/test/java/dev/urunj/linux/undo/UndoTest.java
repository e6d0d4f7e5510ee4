package dev.urunj.linux.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UndoTest {
  private final List<String> done = new ArrayList<>();

  private Undo.Step good(String name) {
    return () -> done.add(name);
  }

  private Undo.Step bad(String name) {
    return () -> {
      done.add(name);
      throw new IOException(name);
    };
  }

  @Test
  void stepsRunNewestFirst() throws IOException {
    try (Undo undo = new Undo()) {
      undo.add(good("a"));
      undo.add(good("b"));
      undo.add(good("c"));
      assertThat(done).isEmpty();
    }
    assertThat(done).containsExactly("c", "b", "a");
  }

  @Test
  void whatIsKeptIsNotTakenBack() throws IOException {
    try (Undo undo = new Undo()) {
      undo.add(good("a"));
      undo.keep();
      undo.add(good("b"));
    }
    assertThat(done).containsExactly("b");
  }

  @Test
  void stepRunsOnce() throws IOException {
    Undo undo = Undo.of(good("a"));
    undo.close();
    undo.close();
    assertThat(done).containsExactly("a");
  }

  @Test
  void failureOfAStepDoesNotStopTheOthersAndNoneIsLost() {
    Undo undo = new Undo();
    undo.add(bad("a"));
    undo.add(good("b"));
    undo.add(bad("c"));
    undo.add(bad("d"));
    Throwable failure = catchThrowable(undo::close);
    assertThat(done).containsExactly("d", "c", "b", "a");
    assertThat(failure).isInstanceOf(IOException.class).hasMessage("d");
    assertThat(messages(failure)).containsExactly("d", "c", "a");
  }

  /// Also one that is no [IOException], as an [Error].
  @Test
  void failureOfAnyKindDoesNotStopTheOthers() {
    Undo undo = Undo.of(good("a"));
    undo.add(() -> {
      throw new StackOverflowError("b");
    });
    assertThatThrownBy(undo::close).isInstanceOf(StackOverflowError.class);
    assertThat(done).containsExactly("a");
  }

  @Test
  void whatFailedFirstIsThrownWithAllFailuresOfItsTakingBack() {
    Throwable failure =
        catchThrowable(() -> {
          try (Undo undo = new Undo()) {
            undo.add(bad("a"));
            undo.add(bad("b"));
            throw new IllegalStateException("first");
          }
        });
    assertThat(messages(failure)).containsExactly("first", "b", "a");
  }

  @Test
  void stepsCanBeAddedAfterTheFailure() {
    IOException first = new IOException("first");
    Throwable failure =
        catchThrowable(() -> {
          try {
            throw first;
          } catch (IOException e) {
            try (Undo _ = Undo.of(bad("a"))) {
              throw e;
            }
          }
        });
    assertThat(failure).isSameAs(first);
    assertThat(messages(failure)).containsExactly("first", "a");
  }

  @Test
  void failuresOfStepsThatRanBeforeComeWithTheEnd() throws IOException {
    Undo undo = new Undo();
    undo.attempt(bad("a"));
    undo.attempt(good("b"));
    undo.failed(new IOException("c"));
    assertThat(done).containsExactly("a", "b");
    assertThat(messages(catchThrowable(undo::close))).containsExactly("a", "c");
  }

  @Test
  void failuresOfStepsThatRanBeforeAreAttachedToThoseOfTheEnd() {
    Undo undo = Undo.of(bad("a"));
    undo.attempt(bad("b"));
    assertThat(messages(catchThrowable(undo::close))).containsExactly("a", "b");
  }

  /// A failure's message and those of all that are attached to it.
  private static List<String> messages(Throwable failure) {
    List<String> messages = new ArrayList<>();
    messages.add(String.valueOf(failure.getMessage()));
    for (Throwable other : failure.getSuppressed()) {
      messages.addAll(messages(other));
    }
    return messages;
  }
}
