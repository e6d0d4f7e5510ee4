package dev.urunj.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  @Test
  void zeroAndNegativeTimeoutsHavePassedAtOnce() {
    assertThat(Deadline.after(Duration.ZERO).hasPassed()).isTrue();
    assertThat(Deadline.after(Duration.ofSeconds(-5)).hasPassed()).isTrue();
  }

  @Test
  void longestDurationIsFarAwayAndDoesNotOverflow() {
    Deadline never = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(never.hasPassed()).isFalse();
    assertThat(never.remainingNanos()).isGreaterThan(Duration.ofDays(36_000).toNanos());
  }
}
