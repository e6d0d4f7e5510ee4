package dev.urunj.runtime.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureKindTest {
  @ParameterizedTest
  @EnumSource
  void kindThatIsSaidCounts(FailureKind kind) {
    assertThat(FailureKind.of(new KnownFailure(kind, "x"))).isEqualTo(kind);
    assertThat(FailureKind.of(new ContainerException(kind, "x"))).isEqualTo(kind);
  }

  @Test
  void eachExceptionOfOursHasItsKind() {
    assertThat(FailureKind.of(ContainerException.doesNotExist("c1")))
        .isEqualTo(FailureKind.UNKNOWN_ID);
    assertThat(FailureKind.of(new BadInputException("f", "k", "is bad", "good")))
        .isEqualTo(FailureKind.BAD_INPUT);
    assertThat(FailureKind.of(new SocketTimeoutException())).isEqualTo(FailureKind.TIMED_OUT);
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.EPERM, Errno.EACCES, Errno.ENOSYS, Errno.ENODEV, Errno.ENOSPC})
  void whatTheKernelRefusesIsTheNodes(int errno) {
    assertThat(FailureKind.of(new ErrnoException("open", errno))).isEqualTo(FailureKind.NODE_LACKS);
  }

  @Test
  void inputThatDoesNotFitIntoMemoryIsBad() {
    assertThat(FailureKind.of(new OutOfMemoryError())).isEqualTo(FailureKind.BAD_INPUT);
    assertThat(FailureKind.of(new StackOverflowError())).isEqualTo(FailureKind.BAD_INPUT);
  }

  @Test
  void anythingElseIsOurs() {
    assertThat(FailureKind.of(new IOException("x"))).isEqualTo(FailureKind.INTERNAL);
    assertThat(FailureKind.of(new IllegalStateException())).isEqualTo(FailureKind.INTERNAL);
    assertThat(FailureKind.of(new ErrnoException("read", Errno.EIO)))
        .isEqualTo(FailureKind.INTERNAL);
  }
}
