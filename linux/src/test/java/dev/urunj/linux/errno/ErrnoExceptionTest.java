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
  void detailOfTheKernelFollows() {
    assertThat(new ErrnoException("sendto(3)", Errno.EINVAL, "Invalid qdisc"))
        .hasMessage("sendto(3) = -1 EINVAL (Invalid argument): Invalid qdisc");
  }
}
