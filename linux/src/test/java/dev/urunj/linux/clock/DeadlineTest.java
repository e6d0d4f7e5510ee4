package dev.urunj.linux.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private long now;

  @Test
  void zeroAndNegativeTimeoutsHavePassedAtOnce() {
    assertThat(Deadline.byTheKernel(Duration.ZERO).hasPassed()).isTrue();
    assertThat(Deadline.byTheKernel(Duration.ofSeconds(-5)).hasPassed()).isTrue();
  }

  @Test
  void longestDurationIsFarAwayAndDoesNotOverflow() {
    Deadline never = Deadline.byTheKernel(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(never.hasPassed()).isFalse();
    assertThat(never.remainingNanos()).isGreaterThan(Duration.ofDays(36_000).toNanos());
  }

  @Test
  void passesWithItsOwnClock() {
    Deadline deadline = Deadline.after(() -> now, Duration.ofNanos(10));
    assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(10));
    now = 9;
    assertThat(deadline.hasPassed()).isFalse();
    now = 10;
    assertThat(deadline.hasPassed()).isTrue();
    now = 1000;
    assertThat(deadline.remaining()).isZero();
  }

  @Test
  void clockMayOverflow() {
    now = Long.MAX_VALUE - 4;
    Deadline deadline = Deadline.after(() -> now, Duration.ofNanos(10));
    now += 9;
    assertThat(deadline.hasPassed()).isFalse();
    now++;
    assertThat(deadline.hasPassed()).isTrue();
  }

  @Test
  void soonerOfTwoCounts() {
    Deadline ten = Deadline.after(() -> now, Duration.ofNanos(10));
    assertThat(ten.orSooner(Duration.ofNanos(4)).remainingNanos()).isEqualTo(4);
    assertThat(ten.orSooner(Duration.ofDays(400_000)).remainingNanos()).isEqualTo(10);
    now = 7;
    assertThat(ten.orSooner(Duration.ofNanos(4)).remainingNanos()).isEqualTo(3);
    now = 20;
    assertThat(ten.orSooner(Duration.ofNanos(4)).hasPassed()).isTrue();
  }

  @Test
  void neverIsLaterThanAllElse() {
    Deadline never = Deadline.never(() -> now);
    assertThat(never.orSooner(Duration.ofDays(1)).remaining()).isEqualTo(Duration.ofDays(1));
    now = Duration.ofDays(36_000).toNanos();
    assertThat(never.hasPassed()).isFalse();
  }
}
