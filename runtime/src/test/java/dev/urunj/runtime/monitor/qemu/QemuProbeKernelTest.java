package dev.urunj.runtime.monitor.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.probe.ProbeResults;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuProbeKernelTest {
  @TempDir Path directory;

  @Test
  @Needs(programs = "qemu-system-x86_64")
  void guestOfTheProbeReachesItsEndUnderTheTranslator() throws IOException {
    QemuProbe probe = new QemuProbe(new ProbeResults(directory.resolve("probes")), () -> directory);
    assertThat(probe.runsGuest(Path.of("/usr/bin/qemu-system-x86_64"), "tcg", "max")).isTrue();
  }
}
