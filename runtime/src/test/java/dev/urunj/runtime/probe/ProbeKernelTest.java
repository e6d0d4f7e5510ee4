package dev.urunj.runtime.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The probes against the real programs. What KVM answers depends on the machine; what the guest
/// does and what a low-level runtime must be able to do does not.
class ProbeKernelTest {
  @TempDir Path directory;

  @Test
  @Needs(programs = "qemu-system-x86_64")
  void guestOfTheProbeReachesItsEndUnderTheTranslator() throws IOException {
    AcceleratorProbe probe = new AcceleratorProbe(results(), directory);
    assertThat(probe.runsGuest(Path.of("/usr/bin/qemu-system-x86_64"), "tcg", "max")).isTrue();
  }

  @Test
  @Needs(root = true, programs = "runc")
  void runtimeThatRunsContainersIsBelievedAndNothingIsLeft() throws IOException {
    Path runtime = Path.of("/usr/sbin/runc");
    assertThat(new LowLevelProbe(results(), directory).works(runtime)).isTrue();
    assertThat(directory.resolve("crun-probe")).doesNotExist();
    assertThat(Path.of("/sys/fs/cgroup/memory/urunj-probe")).doesNotExist();
    assertThat(Path.of("/sys/fs/cgroup/urunj-probe")).doesNotExist();
  }

  @Test
  @Needs(root = true)
  void runtimeThatFailsIsNotAndItsTracesOfBeforeGoToo() throws IOException {
    Path traces = Files.createDirectories(directory.resolve("crun-probe/rootfs"));
    Files.writeString(traces.resolveSibling("config.json"), "{");
    assertThat(new LowLevelProbe(results(), directory).works(Path.of("/bin/false"))).isFalse();
    assertThat(directory.resolve("crun-probe")).doesNotExist();
  }

  private ProbeResults results() {
    return new ProbeResults(directory.resolve("probes"));
  }
}
