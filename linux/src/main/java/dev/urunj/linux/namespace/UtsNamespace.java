package dev.urunj.linux.namespace;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// What belongs to a UTS namespace: the host name. uts_namespaces(7).
public final class UtsNamespace {
  private static final int CLONE_NEWUTS = 0x04000000; // uapi/linux/sched.h

  /// Shows the namespace of the thread that reads it, proc_sys_kernel(5).
  private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

  private UtsNamespace() {}

  /// The host name in a namespace; at most 64 bytes, and `(none)` where none was set.
  ///
  /// @param path such as `/proc/PID/ns/uts`
  /// @throws ErrnoException of openat(2), and of setns(2): EINVAL when it is no such namespace,
  ///   EPERM without CAP_SYS_ADMIN
  public static String hostname(Path path) throws IOException {
    try (Fd fd = OpenFile.readOnly(path)) {
      return OwnThread.callIn(
          fd,
          CLONE_NEWUTS,
          "CLONE_NEWUTS",
          new Callable<String>() {
            @Override
            public String call() throws IOException {
              return new String(Files.readAllBytes(HOSTNAME), StandardCharsets.UTF_8).strip();
            }
          });
    }
  }
}
