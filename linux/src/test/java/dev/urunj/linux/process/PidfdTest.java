package dev.urunj.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.testkit.DescriptorLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PidfdTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /// A thread of the asking process may have got the number of a process that is gone.
  @Test
  void numberOfAThreadIsThatOfNoProcess() throws Exception {
    int own = (int) ProcessHandle.current().pid();
    int thread = 0;
    for (String task : Path.of("/proc/self/task").toFile().list()) {
      thread = Integer.parseInt(task) == own ? thread : Integer.parseInt(task);
    }
    int number = thread;
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> Pidfd.open(number))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    assertThat(Pidfd.open(new ProcessIdentity(number, 1, BootId.read()))).isNull();
  }

  @Test
  void zeroAndNegativeNumbersAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Pidfd.open(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Pidfd.open(-1));
  }

  @Test
  void nobodyIsAnErrorByNumberAndNullByIdentity() throws Exception {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> Pidfd.open(Integer.MAX_VALUE))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    assertThat(Pidfd.open(new ProcessIdentity(Integer.MAX_VALUE, 1, BootId.read()))).isNull();
    assertThat(Pidfd.open(new ProcessIdentity(0, 1, BootId.read()))).isNull();
    assertThat(Pidfd.open(new ProcessIdentity(-1, 1, BootId.read()))).isNull();
  }

  @Test
  void anotherProcessWithTheNumberIsNotOpened() throws Exception {
    ProcessIdentity self = ProcessIdentity.of((int) ProcessHandle.current().pid());
    assertThat(self).isNotNull();
    try (DescriptorLeaks _ = DescriptorLeaks.watch()) {
      ProcessIdentity later = new ProcessIdentity(self.pid(), self.startTime() + 1, self.bootId());
      assertThat(Pidfd.open(later)).isNull();
      ProcessIdentity earlier = new ProcessIdentity(self.pid(), self.startTime(), "another boot");
      assertThat(Pidfd.open(earlier)).isNull();
    }
    try (Pidfd fd = Pidfd.open(self)) {
      assertThat(fd).isNotNull();
      fd.signal(0);
      assertThat(fd.awaitExit(Duration.ofMillis(10))).isFalse();
    }
  }

  @Test
  void signalEndsAChildAndItsStatusTellsWhich() throws Exception {
    try (Child child = Spawns.of(List.of("sleep", "60")).start()) {
      assertThat(child.pidfd().reapNow()).isNull();
      child.pidfd().signal(15);
      assertThat(child.pidfd().awaitExit(SOON)).isTrue();
      ExitStatus status = child.waitFor();
      assertThat(status).isEqualTo(new ExitStatus(0, 15));
      assertThat(status.shellCode()).isEqualTo(143);
      assertThat(child.waitFor()).isEqualTo(status);
    }
  }

  @Test
  void zombieHasEndedAndCanStillBeHeldByItsIdentity() throws Exception {
    try (Child child = Spawns.of(List.of("sh", "-c", "exit 7")).start()) {
      assertThat(child.pidfd().awaitExit(SOON)).isTrue();
      ProcessIdentity identity = ProcessIdentity.of(child.pid());
      assertThat(identity).isNotNull();
      assertThat(identity.isAlive()).isFalse();
      try (Pidfd again = Pidfd.open(identity)) {
        assertThat(again).isNotNull();
        again.signal(9);
        assertThat(again.awaitExit(Duration.ZERO)).isTrue();
        assertThat(again.reapNow()).isEqualTo(new ExitStatus(7, 0));
      }
      assertThat(Pidfd.open(identity)).isNull();
      assertThatExceptionOfType(ErrnoException.class)
          .isThrownBy(() -> child.pidfd().signal(9))
          .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
      assertThatExceptionOfType(ErrnoException.class)
          .isThrownBy(child::waitFor)
          .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ECHILD));
      child.pidfd().close();
    }
  }

  @Test
  void whoIsNoChildCannotBeReaped() throws Exception {
    try (Pidfd self = Pidfd.open((int) ProcessHandle.current().pid())) {
      assertThatExceptionOfType(ErrnoException.class)
          .isThrownBy(self::reapNow)
          .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ECHILD));
    }
  }

  @Test
  void statusOfAnExitIsTheCode() {
    assertThat(new ExitStatus(3, 0).shellCode()).isEqualTo(3);
    assertThat(new ExitStatus(0, 9).shellCode()).isEqualTo(137);
  }
}
