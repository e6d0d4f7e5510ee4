package dev.urunj.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every number that is copied from a kernel header into this module is compared with the header,
/// by a C program that prints them.
@Needs(programs = "gcc")
class KernelConstantsTest {
  private static final String HEADERS =
      """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <linux/close_range.h>
      #include <linux/limits.h>
      #include <linux/magic.h>
      #include <linux/nsfs.h>
      #include <linux/openat2.h>
      #include <poll.h>
      #include <sched.h>
      #include <signal.h>
      #include <spawn.h>
      #include <stddef.h>
      #include <stdio.h>
      #include <sys/file.h>
      #include <sys/mman.h>
      #include <sys/mount.h>
      #include <sys/prctl.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/statfs.h>
      #include <sys/un.h>
      #include <sys/wait.h>
      #include <time.h>
      """;

  private static final List<String> CLASSES =
      List.of(
          "errno.Errno",
          "file.FileIo",
          "file.FileLock",
          "file.FileStatus",
          "file.OpenFile",
          "mount.Mounts",
          "namespace.NetworkNamespace",
          "process.Exec",
          "process.Pidfd",
          "process.SignalDispositions",
          "process.SpawnPlan",
          "process.Subreaper",
          "socket.SocketAddress",
          "socket.SocketMessage",
          "socket.UnixSocket",
          "syscall.Poll");

  /// Ours, of no header; or of a header inside of the kernel.
  private static final Set<String> OURS =
      Set.of(
          "CHUNK",
          "LONGEST_SLEEP_MILLIS",
          "RETRY_MILLIS",
          "MAX_CONTENT",
          "RECEIVED_CONTENT",
          "BLOCKING",
          "NONBLOCKING",
          "OPAQUE_SIZE",
          "LAST_DESCRIPTOR",
          "SCM_MAX_FD",
          "KERNEL_SIGACTION_SIZE",
          "KERNEL_SIGSET_SIZE",
          "SIG_DFL",
          "SIG_IGN");

  /// What our names for sizes and offsets mean in C.
  private static final Map<String, String> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("POLLFD_SIZE", "sizeof(struct pollfd)"),
          Map.entry("TIMESPEC_SIZE", "sizeof(struct timespec)"),
          Map.entry("OPEN_HOW_SIZE", "sizeof(struct open_how)"),
          Map.entry("STATX_SIZE", "sizeof(struct statx)"),
          Map.entry("STATFS_SIZE", "sizeof(struct statfs)"),
          Map.entry("SIGINFO_SIZE", "sizeof(siginfo_t)"),
          Map.entry("SIGSET_SIZE", "sizeof(sigset_t)"),
          Map.entry("UCRED_SIZE", "sizeof(struct ucred)"),
          Map.entry("MSGHDR_SIZE", "sizeof(struct msghdr)"),
          Map.entry("CMSGHDR_SIZE", "sizeof(struct cmsghdr)"),
          Map.entry("SUN_PATH_SIZE", "sizeof(((struct sockaddr_un *)0)->sun_path)"),
          Map.entry("SUN_PATH", "offsetof(struct sockaddr_un, sun_path)"));

  /// Offsets that stand as plain numbers in the code, and what must not be outgrown.
  private static final Map<String, Long> PLAIN =
      Map.ofEntries(
          Map.entry("offsetof(struct statx, stx_uid)", 20L),
          Map.entry("offsetof(struct statx, stx_gid)", 24L),
          Map.entry("offsetof(struct statx, stx_mode)", 28L),
          Map.entry("offsetof(struct statx, stx_ino)", 32L),
          Map.entry("offsetof(struct statx, stx_size)", 40L),
          Map.entry("offsetof(struct statx, stx_dev_major)", 136L),
          Map.entry("offsetof(struct statx, stx_dev_minor)", 140L),
          Map.entry("offsetof(struct statfs, f_type)", 0L),
          Map.entry("sizeof(((struct statfs *)0)->f_type)", 8L),
          Map.entry("offsetof(struct open_how, resolve)", 16L),
          Map.entry("offsetof(siginfo_t, si_code)", 8L),
          Map.entry("offsetof(siginfo_t, si_pid)", 16L),
          Map.entry("offsetof(siginfo_t, si_status)", 24L),
          Map.entry("offsetof(struct pollfd, events)", 4L),
          Map.entry("offsetof(struct msghdr, msg_iov)", 16L),
          Map.entry("offsetof(struct msghdr, msg_iovlen)", 24L),
          Map.entry("offsetof(struct msghdr, msg_control)", 32L),
          Map.entry("offsetof(struct msghdr, msg_controllen)", 40L),
          Map.entry("offsetof(struct cmsghdr, cmsg_level)", 8L),
          Map.entry("offsetof(struct cmsghdr, cmsg_type)", 12L),
          Map.entry("offsetof(struct ucred, uid)", 4L),
          Map.entry("sizeof(posix_spawnattr_t) <= 1024", 1L),
          Map.entry("sizeof(posix_spawn_file_actions_t) <= 1024", 1L));

  @TempDir private Path directory;

  @Test
  void constantsAndSizesAreThoseOfTheHeaders() throws Exception {
    Map<String, Long> expected = new TreeMap<>(PLAIN);
    for (String name : CLASSES) {
      collect(Class.forName("dev.urunj.linux." + name), expected);
    }
    assertThat(expected).hasSizeGreaterThan(100);
    assertThat(printed(HEADERS, expected.keySet())).containsExactlyInAnyOrderEntriesOf(expected);
  }

  @Test
  void numbersOfSystemCallsAreThoseOfBothArchitectures() throws Exception {
    Map<String, Long> x86 = new TreeMap<>();
    Map<String, Long> generic = new TreeMap<>();
    Pattern line = Pattern.compile("int ([A-Z0-9_]+) = (?:X86 \\? (\\d+) : )?(\\d+);");
    Matcher match =
        line.matcher(
            Files.readString(Path.of("src/main/java/dev/urunj/linux/syscall/SyscallNumber.java")));
    while (match.find()) {
      String name = "__NR_" + match.group(1).toLowerCase(Locale.ROOT);
      String first = match.group(2);
      x86.put(name, Long.valueOf(first == null ? match.group(3) : first));
      generic.put(name, Long.valueOf(match.group(3)));
    }
    assertThat(x86).hasSizeGreaterThan(30);
    String include = "#include <stdio.h>\n#define __BITS_PER_LONG 64\n";
    assertThat(printed(include + "#include <asm-generic/unistd.h>\n", generic.keySet()))
        .containsExactlyInAnyOrderEntriesOf(generic);
    if (System.getProperty("os.arch").equals("amd64")) {
      assertThat(printed("#include <stdio.h>\n#include <asm/unistd_64.h>\n", x86.keySet()))
          .containsExactlyInAnyOrderEntriesOf(x86);
    }
  }

  private static void collect(Class<?> type, Map<String, Long> into) throws Exception {
    for (Field field : type.getDeclaredFields()) {
      Class<?> kind = field.getType();
      boolean number = kind == int.class || kind == long.class || kind == short.class;
      boolean constant = Modifier.isStatic(field.getModifiers()) && !field.isSynthetic();
      if (number
          && constant
          && !OURS.contains(field.getName())
          && !field.getName().equals("serialVersionUID")) {
        field.setAccessible(true);
        String expression = EXPRESSIONS.getOrDefault(field.getName(), field.getName());
        into.put(expression, ((Number) field.get(null)).longValue());
      }
    }
  }

  private Map<String, Long> printed(String headers, Set<String> expressions) throws IOException {
    StringBuilder program = new StringBuilder(headers).append("int main(void) {\n");
    for (String each : expressions) {
      program.append("printf(\"%lld ").append(each).append("\\n\", (long long) (");
      program.append(each).append("));\n");
    }
    Path source = Files.writeString(directory.resolve("print.c"), program.append("}\n"));
    Path binary = directory.resolve("print");
    Duration soon = Duration.ofMinutes(1);
    Programs.run(soon, List.of("gcc", "-o", binary.toString(), source.toString())).orFail();
    Map<String, Long> values = new TreeMap<>();
    for (String line : Programs.run(soon, List.of(binary.toString())).orFail().split("\n", -1)) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        values.put(line.substring(blank + 1), Long.valueOf(line.substring(0, blank)));
      }
    }
    return values;
  }
}
