package dev.urunj.linux.namespace;

import dev.urunj.linux.mount.Mounts;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Runs what mounts in a mount namespace of its own, of which the machine sees nothing.
public final class OwnMounts {
  private static final int CLONE_NEWNS = 0x00020000;

  private OwnMounts() {}

  public static <T extends @Nullable Object> T call(Callable<T> task) throws IOException {
    return OwnThread.call(() -> {
      long result = Libc.syscall(SyscallNumber.UNSHARE, CLONE_NEWNS);
      if (result != 0) {
        throw new AssertionError("unshare(CLONE_NEWNS) = " + result);
      }
      Mounts.makePrivate(Path.of("/"));
      return task.call();
    });
  }
}
