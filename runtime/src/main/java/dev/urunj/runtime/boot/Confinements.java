package dev.urunj.runtime.boot;

import dev.urunj.runtime.guest.Confinement;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads from a specification what confines its program.
final class Confinements {
  /// In the order of their numbers, include/uapi/asm-generic/resource.h.
  private static final List<String> RESOURCES =
      List.of(
          "RLIMIT_CPU",
          "RLIMIT_FSIZE",
          "RLIMIT_DATA",
          "RLIMIT_STACK",
          "RLIMIT_CORE",
          "RLIMIT_RSS",
          "RLIMIT_NPROC",
          "RLIMIT_NOFILE",
          "RLIMIT_MEMLOCK",
          "RLIMIT_AS",
          "RLIMIT_LOCKS",
          "RLIMIT_SIGPENDING",
          "RLIMIT_MSGQUEUE",
          "RLIMIT_NICE",
          "RLIMIT_RTPRIO",
          "RLIMIT_RTTIME");

  /// In the order of their numbers, include/uapi/linux/capability.h.
  private static final List<String> CAPABILITIES =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_DAC_READ_SEARCH",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETPCAP",
          "CAP_LINUX_IMMUTABLE",
          "CAP_NET_BIND_SERVICE",
          "CAP_NET_BROADCAST",
          "CAP_NET_ADMIN",
          "CAP_NET_RAW",
          "CAP_IPC_LOCK",
          "CAP_IPC_OWNER",
          "CAP_SYS_MODULE",
          "CAP_SYS_RAWIO",
          "CAP_SYS_CHROOT",
          "CAP_SYS_PTRACE",
          "CAP_SYS_PACCT",
          "CAP_SYS_ADMIN",
          "CAP_SYS_BOOT",
          "CAP_SYS_NICE",
          "CAP_SYS_RESOURCE",
          "CAP_SYS_TIME",
          "CAP_SYS_TTY_CONFIG",
          "CAP_MKNOD",
          "CAP_LEASE",
          "CAP_AUDIT_WRITE",
          "CAP_AUDIT_CONTROL",
          "CAP_SETFCAP",
          "CAP_MAC_OVERRIDE",
          "CAP_MAC_ADMIN",
          "CAP_SYSLOG",
          "CAP_WAKE_ALARM",
          "CAP_BLOCK_SUSPEND",
          "CAP_AUDIT_READ",
          "CAP_PERFMON",
          "CAP_BPF",
          "CAP_CHECKPOINT_RESTORE");

  private Confinements() {}

  /// A specification's.
  ///
  /// @throws BadInputException for a limit of an unknown type, one that is there twice, or whose
  ///   soft value is above the hard one; an unknown capability is passed over, as low-level
  ///   runtimes do
  static Confinement of(Spec spec) throws IOException {
    JsonFields config = new JsonFields(spec.json(), spec.file().toString());
    JsonFields process = config.object("process");
    JsonFields user = process.object("user");
    return new Confinement(
        rlimits(process),
        capabilities(process.object("capabilities")),
        (int) user.optionalNumber("umask").orElse(Confinement.DEFAULT_UMASK) & 0777,
        process.flag("noNewPrivileges"),
        config.object("root").flag("readonly"));
  }

  private static List<Confinement.Rlimit> rlimits(JsonFields process) throws IOException {
    List<Confinement.Rlimit> limits = new ArrayList<>();
    int seen = 0;
    for (JsonFields limit : process.objects("rlimits")) {
      String type = limit.string("type");
      int resource = RESOURCES.indexOf(type);
      if (resource < 0) {
        throw limit.bad("type", "is " + BadInputException.quote(type), "a type such as RLIMIT_CPU");
      }
      if ((seen & 1 << resource) != 0) {
        throw limit.bad("type", type + " is listed twice", "each type once");
      }
      seen |= 1 << resource;
      long soft = limit.unsignedNumber("soft");
      long hard = limit.unsignedNumber("hard");
      if (Long.compareUnsigned(soft, hard) > 0) {
        throw limit.bad(
            "soft",
            "is " + Long.toUnsignedString(soft) + " for " + type,
            "at most the hard limit, " + Long.toUnsignedString(hard));
      }
      limits.add(new Confinement.Rlimit(resource, soft, hard));
    }
    return limits;
  }

  /// Where the specification names no set, a program has none, as under the low-level runtimes.
  private static Confinement.Capabilities capabilities(JsonFields sets) throws IOException {
    return new Confinement.Capabilities(
        set(sets, "bounding"),
        set(sets, "effective"),
        set(sets, "permitted"),
        set(sets, "inheritable"),
        set(sets, "ambient"));
  }

  private static long set(JsonFields sets, String key) throws IOException {
    long bits = 0;
    for (String name : sets.strings(key)) {
      int number = CAPABILITIES.indexOf(name);
      bits |= number < 0 ? 0 : 1L << number;
    }
    return bits;
  }
}
