package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Result;

/// What a failing command owes its caller: exit code 1 and exactly one line.
public final class ErrorLine {
  private ErrorLine() {}

  public static String of(Result result) {
    assertThat(result.exitCode()).as("%s%s", result.stdout(), result.stderr()).isEqualTo(1);
    assertThat(result.stdout()).isEmpty();
    return single(result.stderr());
  }

  public static String single(String stderr) {
    assertThat(stderr).endsWith("\n").hasLineCount(1);
    return stderr.strip();
  }
}
