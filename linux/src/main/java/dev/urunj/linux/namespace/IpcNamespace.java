package dev.urunj.linux.namespace;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// What belongs to an IPC namespace: settings of shared memory, semaphores and message queues.
/// ipc_namespaces(7).
public final class IpcNamespace {
  private static final int CLONE_NEWIPC = 0x08000000; // uapi/linux/sched.h

  private IpcNamespace() {}

  /// Settings of a namespace, as [Sysctl#find] reads them.
  ///
  /// @param path such as `/proc/PID/ns/ipc`
  /// @param names such as `kernel/shm_rmid_forced`
  /// @return as many values in the same order, null where this kernel has no such setting
  /// @throws ErrnoException of openat(2), and of setns(2): EINVAL when it is no such namespace,
  ///   EPERM without CAP_SYS_ADMIN
  public static List<@Nullable String> settings(Path path, List<String> names) throws IOException {
    try (Fd fd = OpenFile.readOnly(path)) {
      return OwnThread.callIn(
          fd,
          CLONE_NEWIPC,
          "CLONE_NEWIPC",
          new Callable<List<@Nullable String>>() {
            @Override
            public List<@Nullable String> call() throws IOException {
              List<@Nullable String> values = new ArrayList<>();
              for (String name : names) {
                values.add(Sysctl.find(name));
              }
              return values;
            }
          });
    }
  }
}
