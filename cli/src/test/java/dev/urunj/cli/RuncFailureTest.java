package dev.urunj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.failure.FailureKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The kinds of failure in the words and exit codes of runc.
class RuncFailureTest {
  @ParameterizedTest
  @EnumSource
  void exitCodeIsThatOfRunc(FailureKind kind) {
    assertThat(RuncFailure.exitCode(kind)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "UNKNOWN_ID, container \"c1\" does not exist",
    "NOT_RUNNING, container not running",
    "EXISTS, container with id exists: c1",
    "WRONG_STATUS, cannot start an already running container",
    "INTERNAL, x"
  })
  void messageThatHasTheWordsIsLeftAsItIs(FailureKind kind, String message) {
    assertThat(RuncFailure.line(kind, message)).isEqualTo(message);
  }

  @Test
  void wordsThatCallersLookForAreNeverMissing() {
    assertThat(RuncFailure.line(FailureKind.UNKNOWN_ID, "c1 was deleted"))
        .isEqualTo("c1 was deleted: does not exist");
    assertThat(RuncFailure.line(FailureKind.NOT_RUNNING, "c1 has ended"))
        .isEqualTo("c1 has ended: container not running");
  }
}
