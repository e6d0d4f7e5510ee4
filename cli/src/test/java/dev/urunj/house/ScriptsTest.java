package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Programs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the scripts of the checkout share, `scripts/toolchain.sh`, with an empty environment.
class ScriptsTest {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  /// Otherwise a test that gives a name with an umlaut to a program fails in the POSIX locale.
  @Test
  void testsTakeNamesForUtf8WhateverTheLocale() throws IOException {
    assertThat(Files.readString(Path.of("/proc/self/cmdline")).split("\0"))
        .contains("-Dsun.jnu.encoding=UTF-8");
  }

  @Test
  void scriptsLeaveThePosixLocale() throws IOException {
    assertThat(sourced(List.of(), "locale charmap").orFail()).isEqualTo("UTF-8\n");
    assertThat(sourced(List.of("LC_ALL=POSIX"), "locale charmap").orFail()).isEqualTo("UTF-8\n");
  }

  @Test
  void scriptsKeepALocaleThatKnowsAllNames() throws IOException {
    assertThat(sourced(List.of("LANG=C.UTF-8"), "echo \"${LC_ALL-none}\"").orFail())
        .isEqualTo("none\n");
  }

  /// Runs a script behind the shared part.
  private static Result sourced(List<String> environment, String script) throws IOException {
    List<String> line = new ArrayList<>(List.of("env", "-i", "PATH=" + System.getenv("PATH")));
    line.addAll(environment);
    line.addAll(
        List.of(
            "bash",
            "-euc",
            "cd \"$1\"; . scripts/toolchain.sh; " + script,
            "x",
            CHECKOUT.toString()));
    return Programs.run(Duration.ofSeconds(60), line);
  }
}
