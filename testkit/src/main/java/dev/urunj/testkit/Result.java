package dev.urunj.testkit;

/// What a program left: its exit status and what it wrote.
public record Result(int exitCode, String stdout, String stderr) {
  /// What it wrote to its standard output, when it succeeded.
  ///
  /// @throws AssertionError with all that is known, when it did not
  public String orFail() {
    if (exitCode != 0) {
      throw new AssertionError("exit code " + exitCode + "\n" + stdout + "\n" + stderr);
    }
    return stdout;
  }
}
