package dev.urunj.linux.errno;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoExceptionTest {
  @Test
  void messageIsTheCallAsStracePrintsIt() {
    assertThat(new ErrnoException("close(7)", Errno.EBADF))
        .hasMessage("close(7) = -1 EBADF (Bad file descriptor)");
  }

  @Test
  void unknownNumberIsNamedByItsValue() {
    assertThat(new ErrnoException("close(7)", 4711))
        .hasMessage("close(7) = -1 errno 4711 (Unknown error)");
  }

  @Test
  void eachNumberIsItsOwnLineOfTheTable() {
    assertThat(Errno.shown(Errno.EPERM)).isEqualTo("EPERM (Operation not permitted)");
    assertThat(Errno.description(Errno.EPERM)).isEqualTo("Operation not permitted");
    assertThat(Errno.shown(13)).isEqualTo("EACCES (Permission denied)");
    assertThat(Errno.shown(133)).isEqualTo("EHWPOISON (Memory page has hardware error)");
    for (int unknown : new int[] {0, -1, 41, 58, 134, Integer.MIN_VALUE}) {
      assertThat(Errno.shown(unknown)).isEqualTo("errno " + unknown + " (Unknown error)");
      assertThat(Errno.description(unknown)).isEqualTo("Unknown error");
    }
  }

  @Test
  void detailOfTheKernelFollows() {
    assertThat(new ErrnoException("sendto(3)", Errno.EINVAL, "Invalid qdisc"))
        .hasMessage("sendto(3) = -1 EINVAL (Invalid argument): Invalid qdisc");
  }
}
