package dev.urunj.e2e.fault;

/// How a life with a fault went.
///
/// @param code exit status of the command that the fault came in
/// @param way what brought everything back
record Outcome(Fault fault, Hit hit, int code, Way way) {
  enum Way {
    /// What a caller does anyway, the last of it `delete --force`.
    NATURAL,
    /// It took `gc --apply`.
    GC
  }

  /// The row of the table that it counts in.
  String kind() {
    return cause() + (fault.scene() == Scene.HANGING ? ", while a volume hangs" : "");
  }

  private String cause() {
    return switch (fault.blow()) {
      case Fault.Kill kill -> "SIGKILL of " + victim(kill) + when();
      case Fault.Refusal refusal ->
          refusal.errno() + (hit.isNetlink() ? " from netlink" : " from a system call");
      case Fault.Meanwhile meanwhile -> meanwhile(meanwhile.intrusion());
      case Fault.FullDisk _ -> "no room left for the state";
      case Fault.NoInodes _ -> "no inode left for the state";
      case Fault.Nothing _ ->
          fault.scene() == Scene.HANGING
              ? "start gives up"
              : "files of a volume are swapped, and nothing else";
      case Fault.ClockJump _ -> "the clock jumps";
    };
  }

  private String victim(Fault.Kill kill) {
    String victim = kill.victim();
    if (victim.equals("caller") && fault.moment() instanceof Fault.AtCall call) {
      victim = call.role();
    }
    return switch (victim) {
      case "all" -> "all at once";
      case "runtime" -> "runc";
      case "monitor" -> "the monitor";
      default -> victim;
    };
  }

  private String when() {
    return fault.moment() instanceof Fault.AtTime ? ", at any time" : "";
  }

  private static String meanwhile(Fault.Intrusion intrusion) {
    return switch (intrusion) {
      case NETNS -> "the pod's namespace is deleted";
      case DELETE -> "deleted by force meanwhile";
      case END -> "killed and deleted meanwhile";
      case START -> "started meanwhile";
      case CREATE -> "the same id created meanwhile";
      case RIVAL -> "another created in the pod meanwhile";
      case GC -> "`gc --apply` meanwhile";
    };
  }
}
