package dev.urunj.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.errno.Errno;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LibcTest {
  @Test
  void failureIsTheNegativeErrorNumber() {
    assertThat(Libc.syscall(SyscallNumber.CLOSE, -1)).isEqualTo(-Errno.EBADF);
  }

  @Test
  void functionsOfTheLibraryAreReachedBesideSystemCalls() {
    int pid = (int) Libc.call(Symbols.find("getpid"), 0, 0, 0, 0, 0, 0);
    assertThat(pid).isEqualTo((int) ProcessHandle.current().pid());
  }

  @Test
  void memoryIsReadByTheKernelAtItsAddress() {
    NativeBuffer path = NativeBuffer.ofString("/dev/null");
    long atCurrentDirectory = -100;
    long fd = Libc.syscall(SyscallNumber.OPENAT, atCurrentDirectory, path.address(), 1, 0);
    Libc.keep(path);
    assertThat(fd).isGreaterThan(2);
    NativeBuffer text = NativeBuffer.ofBytes("gone".getBytes(StandardCharsets.UTF_8));
    assertThat(Libc.syscall(SyscallNumber.WRITE, fd, text.address(), 4)).isEqualTo(4);
    Libc.keep(text);
    assertThat(Libc.syscall(SyscallNumber.CLOSE, fd)).isZero();
  }
}
