package dev.urunj.runtime.boot;

import dev.urunj.linux.namespace.IpcNamespace;
import dev.urunj.linux.namespace.SettingDefaults;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.oci.Namespace;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What the pod's IPC namespace has other than the kernel's defaults. Kubernetes gives the safe
/// `kernel.shm_rmid_forced` and its unsafe neighbours to the pod's sandbox, and a container's own
/// specification does not repeat them.
final class IpcSettings {
  /// ipc_namespaces(7), ipc/ and include/linux/ipc_namespace.h.
  private static final SettingDefaults DEFAULTS =
      new SettingDefaults(
          "kernel/msgmax 8192",
          "kernel/msgmnb 16384",
          "kernel/msgmni 32000",
          "kernel/sem 32000\t1024000000\t500\t32000",
          "kernel/shm_rmid_forced 0",
          "kernel/shmall 18446744073692774399",
          "kernel/shmmax 18446744073692774399",
          "kernel/shmmni 4096",
          "fs/mqueue/msg_default 10",
          "fs/mqueue/msg_max 10",
          "fs/mqueue/msgsize_default 8192",
          "fs/mqueue/msgsize_max 8192",
          "fs/mqueue/queues_max 256");

  private IpcSettings() {}

  /// `NAME VALUE` for each that differs; none where the container has a namespace of its own, in
  /// which the specification's settings are all there is.
  ///
  /// @param process in state `created`: it is where the specification wants it
  static List<String> of(Spec spec, ProcessIdentity process) throws IOException {
    for (Namespace namespace : spec.namespaces()) {
      if (namespace.type().equals("ipc") && namespace.path() == null) {
        return List.of();
      }
    }
    Path namespace = Path.of("/proc/" + process.pid() + "/ns/ipc");
    return DEFAULTS.differing(IpcNamespace.settings(namespace, DEFAULTS.names()));
  }
}
