package dev.urunj.runtime.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchScriptTest {
  @TempDir private Path directory;

  @Test
  void hostileArgumentsComeOutOfTheShellAsTheyWentIn() throws Exception {
    List<String> arguments =
        List.of(
            "",
            " ",
            "a b",
            "'",
            "''",
            "it's",
            "\"$HOME\" `id` $(id) \\ \\\\ \\n",
            "a\nb\n",
            "\t*?[]",
            "-e",
            "#",
            "!x",
            "é ü 漢 😀",
            ";|&<>(){}~",
            "\u0001\u007f",
            "x".repeat(131_071));
    Path output = directory.resolve("out");
    List<String> argv =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of("/bin/sh", "-c", "printf '%s\\0' \"$@\"", "sh"),
                arguments.stream())
            .toList();
    Path script =
        Files.write(
            directory.resolve("launch"), LaunchScript.text(new Launch(argv, false, List.of())));

    Process process =
        new ProcessBuilder(
                "/bin/bash", "-c", "exec 5>/dev/null; exec /bin/sh \"$1\"", "sh", script.toString())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();

    assertThat(process.waitFor()).isZero();
    assertThat(Files.readString(output, UTF_8)).isEqualTo(String.join("\0", arguments) + "\0");
  }

  @Test
  void nulByteIsRefused() {
    assertThatThrownBy(() -> LaunchScript.text(new Launch(List.of("q", "a\0"), false, List.of())))
        .hasMessage("the monitor's argument 1 holds a NUL byte; expected none");
  }

  @Test
  void argumentLongerThanTheKernelTakesIsRefused() {
    assertThatThrownBy(
            () -> LaunchScript.text(new Launch(List.of("x".repeat(131_072)), false, List.of())))
        .hasMessage("the monitor's argument 0: 131072 bytes; expected at most 131071");
  }
}
