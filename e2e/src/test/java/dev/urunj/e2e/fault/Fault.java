package dev.urunj.e2e.fault;

import java.util.List;
import java.util.Locale;

/// One fault, and the command that comes after it. As text it can be given to `./soak --fault`:
/// `create/urunj.17.before/kill.caller/delete`.
///
/// @param next what the caller does then
record Fault(Scene scene, Moment moment, Blow blow, Next next) {
  /// When it comes.
  sealed interface Moment {}

  /// At a system call that changes something.
  ///
  /// @param role `urunj`, `runtime` or `monitor`, as `faults.c` has them; with a colon and a text:
  ///   of that role's calls only those that contain it
  /// @param number from 1 on
  record AtCall(String role, int number, boolean after) implements Moment {}

  /// So many milliseconds after the command has begun.
  record AtTime(int millis) implements Moment {}

  /// When the command waits for a file system that does not answer.
  ///
  /// @param stage what is not answered: `hello`, `lookup`, `open` or `read`, see `hang.c`
  /// @param taken whether the request has reached the server: then not even SIGKILL ends the
  ///   waiting
  record Hung(String stage, boolean taken) implements Moment {}

  /// From before the command on.
  record Throughout() implements Moment {}

  /// What it is.
  sealed interface Blow {}

  /// @param victim `caller`, `urunj`, `runtime`, `monitor` or `all`
  record Kill(String victim) implements Blow {}

  /// The call fails.
  record Refusal(Errno errno) implements Blow {}

  /// Somebody else does something meanwhile.
  record Meanwhile(Intrusion intrusion) implements Blow {}

  /// The file system of the state directory has no room for more than this.
  record FullDisk(int pages) implements Blow {}

  /// The file system of the state directory has no room for more files than this.
  record NoInodes(int left) implements Blow {}

  /// Nothing more than what the scene has already.
  record Nothing() implements Blow {}

  /// The clock jumps, and the monotonic clock as after a machine's sleep.
  record ClockJump(long seconds) implements Blow {}

  /// What the caller does after the fault; the last thing is always to delete by force.
  enum Next {
    /// The same command again.
    REPEAT,
    KILL,
    DELETE,
    /// Delete by force, which is killed as well.
    CUT,
    /// Nothing: somebody runs `gc --apply`.
    GC;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Error numbers as the kernel has them on every architecture.
  enum Errno {
    EPERM(1),
    EIO(5),
    ENOMEM(12),
    EBUSY(16),
    EEXIST(17),
    EMFILE(24),
    ENOSPC(28);

    private final int number;

    Errno(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  /// What happens beside a command.
  enum Intrusion {
    /// The pod's namespace loses its name and its link.
    NETNS,
    /// The same container is deleted by force.
    DELETE,
    /// The same container is killed and deleted by force.
    END,
    /// The same container is started.
    START,
    /// A container of the same id is created.
    CREATE,
    /// A container of another id is created in the same pod.
    RIVAL,
    /// `gc --apply` runs, which must take nothing from anybody who lives.
    GC;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whether the pod does not survive it.
  boolean losesPod() {
    return blow.equals(new Meanwhile(Intrusion.NETNS));
  }

  /// How a guest of this life is joined to its pod: in one of three otherwise than by default. The
  /// same fault always has the same.
  ///
  /// @param guest its number in this life
  String networkMode(int guest) {
    return switch (Math.floorMod(toString().hashCode() + guest, 6)) {
      case 0 -> "redirect";
      case 1 -> "static";
      default -> "auto";
    };
  }

  /// Whether the container has ended, or start has, once the blow has been struck.
  boolean ends() {
    return blow instanceof Kill
        || blow instanceof Nothing
        || blow.equals(new Meanwhile(Intrusion.DELETE))
        || blow.equals(new Meanwhile(Intrusion.END));
  }

  @Override
  public String toString() {
    return scene.word() + "/" + text(moment) + "/" + text(blow) + "/" + next.word();
  }

  static Fault parse(String text) {
    List<String> parts = List.of(text.split("/"));
    if (parts.size() != 4) {
      throw new IllegalArgumentException(text + ": expected SCENE/MOMENT/FAULT/NEXT");
    }
    return new Fault(
        Scene.of(parts.get(0)),
        moment(parts.get(1)),
        blow(parts.get(2)),
        Next.valueOf(parts.get(3).toUpperCase(Locale.ROOT)));
  }

  private static String text(Moment moment) {
    return switch (moment) {
      case AtCall call -> call.role() + "." + call.number() + (call.after() ? ".after" : ".before");
      case AtTime time -> "at." + time.millis();
      case Hung hung -> "hung." + hung.stage() + (hung.taken() ? ".taken" : ".waiting");
      case Throughout _ -> "throughout";
    };
  }

  private static Moment moment(String text) {
    String[] words = text.split("\\.");
    return switch (words[0]) {
      case "throughout" -> new Throughout();
      case "hung" -> new Hung(words[1], words[2].equals("taken"));
      case "at" -> new AtTime(Integer.parseInt(words[1]));
      default -> new AtCall(words[0], Integer.parseInt(words[1]), words[2].equals("after"));
    };
  }

  private static String text(Blow blow) {
    return switch (blow) {
      case Kill kill -> "kill." + kill.victim();
      case Refusal refusal -> "errno." + refusal.errno();
      case Meanwhile meanwhile -> "do." + meanwhile.intrusion().word();
      case FullDisk disk -> "pages." + disk.pages();
      case NoInodes inodes -> "inodes." + inodes.left();
      case Nothing _ -> "nothing";
      case ClockJump jump -> "clock." + jump.seconds();
    };
  }

  private static Blow blow(String text) {
    String[] words = text.split("\\.");
    return switch (words[0]) {
      case "kill" -> new Kill(words[1]);
      case "errno" -> new Refusal(Errno.valueOf(words[1]));
      case "do" -> new Meanwhile(Intrusion.valueOf(words[1].toUpperCase(Locale.ROOT)));
      case "pages" -> new FullDisk(Integer.parseInt(words[1]));
      case "inodes" -> new NoInodes(Integer.parseInt(words[1]));
      case "nothing" -> new Nothing();
      case "clock" -> new ClockJump(Long.parseLong(words[1]));
      default -> throw new IllegalArgumentException(text + ": no such fault");
    };
  }
}
