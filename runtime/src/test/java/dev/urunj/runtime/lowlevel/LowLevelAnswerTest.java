package dev.urunj.runtime.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.process.Environment;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LowLevelAnswerTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Environment ENVIRONMENT = Environment.of(List.of("NAME=value"));

  @Test
  void whatItPrintsAndItsExitCodeAreTheAnswer() throws IOException {
    LowLevelAnswer answer = answer("echo \"$NAME $(cat)\"; echo lost >&2; exit 3");
    assertThat(answer.text()).isEqualTo("value \n");
    assertThat(answer.exitCode()).isEqualTo(3);
  }

  @Test
  void environmentIsTheGivenOneAndNoOther() throws IOException {
    assertThat(answer("cat /proc/self/environ").text()).startsWith("NAME=value\0");
    assertThat(answer("echo \"$HOME\"").text()).isEqualTo("\n");
  }

  @Test
  void oneThatDoesNotEndIsKilled() throws IOException {
    assertThat(
            LowLevelAnswer.to(
                    List.of("/bin/sh", "-c", "exec sleep 60"), ENVIRONMENT, Duration.ofMillis(50))
                .exitCode())
        .isEqualTo(128 + 9)
        .isEqualTo(LowLevelAnswer.KILLED);
  }

  @Test
  void programThatCannotBeRunIsTheFailure() {
    assertThatThrownBy(() -> LowLevelAnswer.to(List.of("/none"), ENVIRONMENT, LONG))
        .isInstanceOf(ErrnoException.class);
  }

  private static LowLevelAnswer answer(String script) throws IOException {
    return LowLevelAnswer.to(List.of("/bin/sh", "-c", script), ENVIRONMENT, LONG);
  }
}
