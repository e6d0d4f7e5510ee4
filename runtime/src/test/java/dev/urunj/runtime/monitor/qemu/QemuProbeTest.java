package dev.urunj.runtime.monitor.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuProbeTest {
  @TempDir Path directory;

  @Test
  void exitCodeOfAGuestThatRanIsBelieved() throws IOException {
    assertThat(probe().runsGuest(program("exit 67"), "kvm", "host")).isTrue();
  }

  @Test
  void monitorThatRefusesTheAcceleratorDoesNotRunGuests() throws IOException {
    assertThat(probe().runsGuest(program("echo no >&2; exit 1"), "kvm", "host")).isFalse();
  }

  @Test
  void guestThatHangsIsEndedAfterTheLimit() throws IOException {
    long begin = System.nanoTime();
    assertThat(probe().runsGuest(program("exec sleep 60"), "kvm", "host")).isFalse();
    assertThat(System.nanoTime() - begin).isBetween(2_000_000_000L, 20_000_000_000L);
  }

  @Test
  void monitorGetsTheGuestAsAFileWithoutAName() throws IOException {
    Path copy = directory.resolve("copy");
    Path program = program("for last; do :; done; cat \"$last\" > " + copy + "; exit 67");
    assertThat(probe().runsGuest(program, "kvm", "host")).isTrue();
    assertThat(Files.readAllBytes(copy)).startsWith(0x7f, 'E', 'L', 'F');
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(copy, program);
    }
  }

  @Test
  void answerIsKeptForThisProgramOnly() throws IOException {
    ProbeResults results = new ProbeResults(directory.resolve("probes"));
    Path asked = program("exit 0");
    results.keep("kvm", asked, "runs guests");
    assertThat(results.recall("kvm", asked)).isEqualTo("runs guests");
    assertThat(results.recall("crun", asked)).isNull();
    Files.writeString(asked, "#!/bin/sh\nexit 1 # another version\n");
    assertThat(results.recall("kvm", asked)).isNull();
  }

  @Test
  void damagedAnswerIsNone() throws IOException {
    ProbeResults results = new ProbeResults(directory.resolve("probes"));
    Path asked = program("exit 0");
    results.keep("kvm", asked, "runs guests");
    Files.writeString(directory.resolve("probes/kvm"), "\0garbage");
    assertThat(results.recall("kvm", asked)).isNull();
  }

  private QemuProbe probe() {
    return new QemuProbe(new ProbeResults(directory.resolve("probes")), () -> directory);
  }

  private Path program(String script) throws IOException {
    Path program = Files.writeString(directory.resolve("qemu"), "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
