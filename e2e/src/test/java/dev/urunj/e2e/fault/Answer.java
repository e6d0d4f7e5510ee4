package dev.urunj.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

/// What a command may answer that had a fault: an exit code of ours and lines, never a stack trace.
final class Answer {
  private static final int KILLED = 137;

  private Answer() {}

  /// Compares the exit code and the words with what this fault allows.
  ///
  /// @throws AssertionError when the command answered in another way
  static void check(Fault fault, int code, String stderr) {
    boolean known =
        code == 0 || code == 1 || (code == KILLED && fault.blow() instanceof Fault.Kill);
    if (!known) {
      throw new AssertionError("exit code " + code + ": " + stderr);
    }
    checkTraces(stderr);
    boolean hangs = fault.scene() == Scene.HANGING;
    if (fault.blow() instanceof Fault.Nothing && hangs) {
      assertThat(code).as("exit code of a start that has given up").isEqualTo(1);
      assertThat(stderr).contains("mount \"/volume\": ", "its file system has not answered for");
    } else if (fault.blow() instanceof Fault.Nothing) {
      assertThat(code).as("exit code while files are swapped").isZero();
    } else if (fault.blow().equals(new Fault.Meanwhile(Fault.Intrusion.GC)) && !hangs) {
      assertThat(code).as("exit code beside gc").isZero();
    }
  }

  /// Looks for a stack trace in what was said.
  ///
  /// @throws AssertionError when there is one
  static void checkTraces(String said) {
    if (said.contains("\tat ") || said.contains("Exception in thread")) {
      throw new AssertionError("a stack trace: " + said);
    }
  }
}
