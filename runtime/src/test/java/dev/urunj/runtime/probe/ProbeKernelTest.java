package dev.urunj.runtime.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.clock.KernelClock;
import dev.urunj.runtime.lowlevel.CgroupPath;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The probes against the real programs. What KVM answers depends on the machine; what the guest
/// does and what a low-level runtime must be able to do does not.
class ProbeKernelTest {
  private static final String OWN = "urunj-probe-" + ProcessHandle.current().pid();

  /// Writes each verb and the form of the cgroup path down, and succeeds.
  private static final String OBEDIENT =
      """
      #!/bin/sh
      while [ $# -gt 0 ]; do
        case $1 in
        --root | --pid-file | --preserve-fds) shift ;;
        --bundle) bundle=$2 && shift ;;
        --*) ;;
        create | start | delete) verb=$1 ;;
        esac
        shift
      done
      echo "$verb $(grep -o '"cgroupsPath":"[^"]*' "${bundle:-/}/config.json")" >> "$0.calls"
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(names = {"ABSOLUTE", "RELATIVE"})
  @Needs(root = true, programs = "runc")
  void runtimeThatRunsContainersIsBelievedAndNothingIsLeft(CgroupPath form) throws IOException {
    Path runtime = Path.of("/usr/sbin/runc");
    assertThat(probe().works(runtime, form)).isTrue();
    assertThat(directory.resolve("crun-probe")).doesNotExist();
    assertThat(ownGroups()).isEmpty();
  }

  /// crun runs nothing where both versions of cgroups are mounted and the second has a controller.
  @Test
  @Needs(root = true, programs = "crun")
  void crunIsNotBelievedWhereItRefusesTheLayoutOfControlGroups() throws IOException {
    Path unified = Path.of("/sys/fs/cgroup/unified/cgroup.controllers");
    boolean refuses = Files.exists(unified) && !Files.readString(unified).isBlank();
    boolean works = probe().works(Path.of("/usr/bin/crun"), CgroupPath.ABSOLUTE);
    if (refuses) {
      assertThat(works).isFalse();
    }
    assertThat(directory.resolve("crun-probe")).doesNotExist();
    assertThat(ownGroups()).isEmpty();
  }

  @Test
  @Needs(root = true)
  void runtimeThatFailsIsNotAndItsTracesOfBeforeGoToo() throws IOException {
    Path traces = Files.createDirectories(directory.resolve("crun-probe/rootfs"));
    Files.writeString(traces.resolveSibling("config.json"), "{");
    Path state = Files.createDirectories(directory.resolve("crun-probe/state/urunj-probe-1"));
    Files.writeString(state.resolve("status"), "{");
    assertThat(probe().works(Path.of("/bin/false"), CgroupPath.ABSOLUTE)).isFalse();
    assertThat(directory.resolve("crun-probe")).doesNotExist();
  }

  @Test
  @Needs(root = true)
  void answerIsAskedOnceForEachFormOfTheCgroupPath() throws IOException {
    Path fake = obedient();
    for (int time = 0; time < 2; time++) {
      assertThat(probe().works(fake, CgroupPath.ABSOLUTE)).isTrue();
      assertThat(probe().works(fake, CgroupPath.RELATIVE)).isTrue();
      assertThat(probe().works(fake, CgroupPath.SYSTEMD)).isTrue();
    }
    assertThat(Files.readAllLines(calls(fake)).stream().filter(line -> line.startsWith("create")))
        .containsExactly(
            "create \"cgroupsPath\":\"/" + OWN,
            "create \"cgroupsPath\":\"" + OWN,
            "create \"cgroupsPath\":\"system.slice:urunj:" + OWN);
  }

  /// A mount namespace may show other control groups than the machine has.
  @Test
  @Needs(root = true)
  void answerThatWasFoundUnderOtherControlGroupsIsNotBelieved() throws IOException {
    Path program = Path.of("/bin/false");
    results().keep("crun", program, "works\nv1 and v2");
    assertThat(probe().works(program, CgroupPath.ABSOLUTE)).isFalse();
  }

  @Test
  @Needs(root = true)
  void runtimeThatRefusedAContainerIsNotTrustedWhateverAProbeWouldSay() throws IOException {
    Path fake = obedient();
    probe().distrust(fake);
    for (CgroupPath form : CgroupPath.values()) {
      assertThat(probe().works(fake, form)).isFalse();
    }
    assertThat(calls(fake)).doesNotExist();
  }

  private Path obedient() throws IOException {
    Path fake = Files.writeString(directory.resolve("fake"), OBEDIENT);
    return Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path calls(Path fake) {
    return fake.resolveSibling(fake.getFileName() + ".calls");
  }

  private static String ownGroups() throws IOException {
    StringBuilder found = new StringBuilder();
    try (Stream<Path> groups = Files.walk(Path.of("/sys/fs/cgroup"), 4)) {
      groups.filter(group -> group.endsWith(OWN)).forEach(found::append);
    }
    return found.toString();
  }

  private LowLevelProbe probe() {
    return new LowLevelProbe(results(), directory, Path.of("/proc/self"), new KernelClock());
  }

  private ProbeResults results() {
    return new ProbeResults(directory.resolve("probes"));
  }
}
