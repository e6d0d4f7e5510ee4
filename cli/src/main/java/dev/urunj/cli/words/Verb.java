package dev.urunj.cli.words;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The commands, with the flags that runc 1.1 and 1.2 know for each, and those that are ours.
@SuppressWarnings("ImmutableEnumChecker") // the list does not leave but to be read
public enum Verb {
  CREATE("create", creation()),
  START("start", List.of()),
  STATE("state", List.of()),
  KILL("kill", List.of(Flag.on("all", 'a'))),
  DELETE("delete", List.of(Flag.on("force", 'f'))),
  RUN("run", run()),
  LIST("list", List.of(Flag.value("format", 'f'), Flag.on("quiet", 'q'))),
  PS("ps", List.of(Flag.value("format", 'f'))),
  EXEC("exec", exec()),
  PAUSE("pause", List.of()),
  RESUME("resume", List.of()),
  UPDATE("update", update()),
  EVENTS("events", List.of(Flag.value("interval"), Flag.on("stats"))),
  CHECKPOINT("checkpoint", checkpoint()),
  RESTORE("restore", restore()),
  INSPECT("inspect", List.of(Flag.value("format", 'f'))),
  GC("gc", List.of(Flag.on("apply"), Flag.value("format", 'f'))),
  NETNS("netns", List.of(Flag.value("format"), Flag.on("quiet", 'q'), Flag.on("force", 'f'))),
  SPEC("spec", List.of(Flag.value("bundle", 'b'), Flag.on("rootless"))),
  FEATURES("features", List.of()),
  VERSION("version", List.of()),
  HELP("help", List.of());

  static final List<Flag> GLOBAL =
      List.of(
          Flag.value("root"),
          Flag.value("log"),
          Flag.value("log-format"),
          Flag.on("debug"),
          Flag.on("systemd-cgroup"),
          Flag.value("rootless"),
          Flag.value("criu"),
          Flag.on("help", 'h'),
          Flag.on("version", 'v'));

  private final String word;
  private final List<Flag> flags;

  Verb(String word, List<Flag> flags) {
    this.word = word;
    List<Flag> all = new ArrayList<>(flags);
    all.add(Flag.on("help", 'h'));
    this.flags = all;
  }

  public String word() {
    return word;
  }

  List<Flag> flags() {
    return flags;
  }

  /// Whether the operands behind the first are another program's command line or flags.
  boolean endsFlagsAtOperand() {
    return this == EXEC || this == PS;
  }

  /// Whether the verb acts on one container, of whichever runtime.
  public boolean isOnContainer() {
    return switch (this) {
      case LIST, INSPECT, GC, NETNS, SPEC, FEATURES, VERSION, HELP -> false;
      case CREATE,
          START,
          STATE,
          KILL,
          DELETE,
          RUN,
          PS,
          EXEC,
          PAUSE,
          RESUME,
          UPDATE,
          EVENTS,
          CHECKPOINT,
          RESTORE ->
          true;
    };
  }

  public static @Nullable Verb of(String word) {
    for (Verb verb : values()) {
      if (verb.word.equals(word)) {
        return verb;
      }
    }
    return word.equals("h") ? HELP : null;
  }

  private static List<Flag> creation() {
    return List.of(
        Flag.value("bundle", 'b'),
        Flag.value("console-socket"),
        Flag.value("pidfd-socket"),
        Flag.value("pid-file"),
        Flag.on("no-pivot"),
        Flag.on("no-new-keyring"),
        Flag.value("preserve-fds"));
  }

  private static List<Flag> run() {
    List<Flag> flags = new ArrayList<>(creation());
    flags.add(Flag.on("detach", 'd'));
    flags.add(Flag.on("keep"));
    flags.add(Flag.on("no-subreaper"));
    return List.copyOf(flags);
  }

  private static List<Flag> exec() {
    return List.of(
        Flag.value("console-socket"),
        Flag.value("pidfd-socket"),
        Flag.value("cwd"),
        Flag.value("env", 'e'),
        Flag.on("tty", 't'),
        Flag.value("user", 'u'),
        Flag.value("additional-gids", 'g'),
        Flag.value("process", 'p'),
        Flag.on("detach", 'd'),
        Flag.value("pid-file"),
        Flag.value("process-label"),
        Flag.value("apparmor"),
        Flag.on("no-new-privs"),
        Flag.value("cap", 'c'),
        Flag.value("preserve-fds"),
        Flag.value("cgroup"),
        Flag.on("ignore-paused"));
  }

  private static List<Flag> update() {
    return List.of(
        Flag.value("resources", 'r'),
        Flag.value("blkio-weight"),
        Flag.value("cpu-period"),
        Flag.value("cpu-quota"),
        Flag.value("cpu-burst"),
        Flag.value("cpu-share"),
        Flag.value("cpu-rt-period"),
        Flag.value("cpu-rt-runtime"),
        Flag.value("cpuset-cpus"),
        Flag.value("cpuset-mems"),
        Flag.value("cpu-idle"),
        Flag.value("kernel-memory"),
        Flag.value("kernel-memory-tcp"),
        Flag.value("memory"),
        Flag.value("memory-reservation"),
        Flag.value("memory-swap"),
        Flag.value("pids-limit"),
        Flag.value("l3-cache-schema"),
        Flag.value("mem-bw-schema"));
  }

  private static List<Flag> checkpoint() {
    return List.of(
        Flag.value("image-path"),
        Flag.value("work-path"),
        Flag.value("parent-path"),
        Flag.on("leave-running"),
        Flag.on("tcp-established"),
        Flag.on("tcp-skip-in-flight"),
        Flag.on("link-remap"),
        Flag.on("ext-unix-sk"),
        Flag.on("shell-job"),
        Flag.on("lazy-pages"),
        Flag.value("status-fd"),
        Flag.value("page-server"),
        Flag.on("file-locks"),
        Flag.on("pre-dump"),
        Flag.value("manage-cgroups-mode"),
        Flag.value("empty-ns"),
        Flag.on("auto-dedup"));
  }

  private static List<Flag> restore() {
    return List.of(
        Flag.value("console-socket"),
        Flag.value("image-path"),
        Flag.value("work-path"),
        Flag.on("tcp-established"),
        Flag.on("link-remap"),
        Flag.on("ext-unix-sk"),
        Flag.on("shell-job"),
        Flag.on("file-locks"),
        Flag.value("manage-cgroups-mode"),
        Flag.value("bundle", 'b'),
        Flag.on("detach", 'd'),
        Flag.value("pid-file"),
        Flag.on("no-subreaper"),
        Flag.on("no-pivot"),
        Flag.value("empty-ns"),
        Flag.on("auto-dedup"),
        Flag.on("lazy-pages"),
        Flag.value("lsm-profile"),
        Flag.value("lsm-mount-context"));
  }
}
