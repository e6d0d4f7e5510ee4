package dev.urunj.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each test is a JVM of its own that becomes a shell.
class ExecTest {
  @TempDir private Path directory;

  @Test
  void programTakesThePlaceOfTheJvm() throws Exception {
    Process process = start("env", "plain", "echo $$ $0 $*", "0");
    assertThat(said(process)).isEqualTo(process.pid() + " last\n");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void noDescriptorOfTheJvmIsLeft() throws Exception {
    assertThat(said(start("env", "plain", "exec ls /proc/self/fd", "0"))).isEqualTo("0\n1\n2\n3\n");
  }

  @Test
  void namedDescriptorsAreKept() throws Exception {
    String script = "exec 3</dev/null 4</dev/zero 5</dev/full; exec \"$@\"";
    String said =
        said(start(script, "plain", "readlink /proc/$$/fd/3 /proc/$$/fd/4; ls /proc/$$/fd", "2"));
    assertThat(said).startsWith("/dev/null\n/dev/zero\n0\n1\n2\n3\n4\n").doesNotContain("\n5\n");
  }

  @Test
  void noSignalIsBlockedAndNoneIgnored() throws Exception {
    String said = said(start("env", "plain", "exec grep Sig /proc/self/status", "0"));
    assertThat(said).contains("SigBlk:\t0000000000000000");
    assertThat(SignalMask.of(said, "SigIgn")).isZero();
  }

  @Test
  void signalIgnoredByWhoeverStartedTheJvmStaysIgnored() throws Exception {
    String script = "trap '' HUP PIPE CHLD; exec \"$@\"";
    String said = said(start(script, "plain", "exec grep SigIgn /proc/self/status", "0"));
    assertThat(SignalMask.of(said, "SigIgn")).isEqualTo(1);
  }

  @Test
  void environmentIsUnchangedByteForByte() throws Exception {
    String script = "exec env -i B=1 \"$(printf 'RAW=\\377x')\" A=2 \"$@\"";
    Process process = start(script, "environment", "", "0");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertThat(said).isEqualTo("B=1\0RAW=\u00ffx\0A=2\0");
  }

  @Test
  void descriptorThatTheCallerHadClosedIsNotOneOfTheJvm() throws Exception {
    String script = "exec 3<&- 4</dev/zero; exec \"$@\"";
    List<String> known = List.of("-Ddev.urunj.descriptors=4,");
    String said =
        said(start(known, script, "plain", "readlink /proc/$$/fd/4; ls /proc/$$/fd", "2"));
    assertThat(said).startsWith("/dev/zero\n0\n1\n2\n4\n").doesNotContain("\n3\n");
  }

  @Test
  void failureLeavesTheJvmRunning() throws Exception {
    assertThat(said(start("exec \"$@\"", "missing", "", "0")))
        .startsWith("execve(\"/none\") = -1 ENOENT (No such file or directory)\nstill here");
  }

  @Test
  void subreaperIsGivenOrphans() throws Exception {
    // By then the shell between the two has ended.
    String orphan = "sh -c '(sleep 0.5; exec cut -d\" \" -f4 /proc/self/stat) &'";
    Process process = start("env", "subreaper", orphan + "; sleep 1.5", "0");
    assertThat(said(process)).isEqualTo(process.pid() + "\n");
  }

  private Process start(String wrapper, String... arguments) throws IOException {
    return start(List.of(), wrapper, arguments);
  }

  private Process start(List<String> properties, String wrapper, String... arguments)
      throws IOException {
    String script = wrapper.contains("$@") ? wrapper : "exec " + wrapper + " \"$@\"";
    // The parent of the tests may ignore signals, as a shell makes its background jobs do.
    List<String> command =
        new ArrayList<>(List.of("env", "--default-signal", "sh", "-c", script, "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xint", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto"));
    command.add("-Ddev.urunj.library=" + System.getProperty("dev.urunj.library"));
    command.addAll(properties);
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(ExecMain.class.getName());
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command)
        .redirectError(Files.createTempFile(directory, "stderr", "").toFile())
        .start();
  }

  private static String said(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
