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
    assertThat(Failure.kindOf(new KnownFailure(kind, "x"))).isEqualTo(kind);
    assertThat(Failure.kindOf(new ContainerException(kind, "x"))).isEqualTo(kind);
  }

  @Test
  void eachExceptionOfOursHasItsKind() {
    assertThat(Failure.kindOf(ContainerException.doesNotExist("c1")))
        .isEqualTo(FailureKind.UNKNOWN_ID);
    assertThat(Failure.kindOf(new BadInputException("f", "k", "is bad", "good")))
        .isEqualTo(FailureKind.BAD_INPUT);
    assertThat(Failure.kindOf(new SocketTimeoutException())).isEqualTo(FailureKind.TIMED_OUT);
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.EPERM, Errno.EACCES, Errno.ENOSYS, Errno.ENODEV, Errno.ENOSPC})
  void whatTheKernelRefusesIsTheNodes(int errno) {
    assertThat(Failure.kindOf(new ErrnoException("open", errno))).isEqualTo(FailureKind.NODE_LACKS);
  }

  @Test
  void inputThatDoesNotFitIntoMemoryIsBad() {
    assertThat(Failure.kindOf(new OutOfMemoryError())).isEqualTo(FailureKind.BAD_INPUT);
    assertThat(Failure.kindOf(new StackOverflowError())).isEqualTo(FailureKind.BAD_INPUT);
  }

  @Test
  void anythingElseIsOurs() {
    assertThat(Failure.kindOf(new IOException("x"))).isEqualTo(FailureKind.INTERNAL);
    assertThat(Failure.kindOf(new IllegalStateException())).isEqualTo(FailureKind.INTERNAL);
    assertThat(Failure.kindOf(new ErrnoException("read", Errno.EIO)))
        .isEqualTo(FailureKind.INTERNAL);
  }
}
