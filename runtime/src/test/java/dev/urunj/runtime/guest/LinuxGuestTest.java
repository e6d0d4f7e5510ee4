package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxGuestTest {
  @TempDir private Path directory;
  private PlannedLinux linux;

  @BeforeEach
  void begin() {
    linux = new PlannedLinux(directory);
  }

  @Test
  void nothingOfArgumentsAndEnvironmentIsOnTheLine() throws IOException {
    linux.env = Collections.nCopies(200, "SERVICE_PORT=tcp://10.0.0.1:80");
    BootPlan plan = linux.plan("/bin/sh", "-c", "a 'b' \"c\"\n");
    assertThat(plan.commandLine()).isEqualTo(PlannedLinux.HEAD + " rdinit=/.urunj/init");
    assertThat(PlannedLinux.text(plan, "/.urunj/guest.conf"))
        .startsWith(
            "urunj=1\0exit-port=1281\0hostname=pod\0uid=0\0gid=17\0group=5\0cwd=/test_dir\0")
        .endsWith("\0arg=/bin/sh\0arg=-c\0arg=a 'b' \"c\"\n\0end=\0");
  }

  @Test
  void argumentsAreOnTheKernelsCommandLineWhereTheyCanBe() throws IOException {
    assertThat(linux.plan("/init", "-x", "a b").commandLine())
        .endsWith(" rdinit=/.urunj/init -- -x 'a b'");
    assertThat(linux.plan("/init").commandLine()).endsWith(" rdinit=/.urunj/init");
    assertThat(linux.plan("/init", "it's").commandLine()).endsWith(" rdinit=/.urunj/init");
    assertThat(linux.plan("/init", "a\nb").commandLine()).endsWith(" rdinit=/.urunj/init");
    assertThat(linux.plan("/init", "x".repeat(3000)).commandLine())
        .endsWith(" rdinit=/.urunj/init");
    String[] many = new String[33];
    java.util.Arrays.fill(many, "x");
    assertThat(linux.plan(many).commandLine()).endsWith(" rdinit=/.urunj/init");
  }

  @Test
  void mountsAreStagedAndTheMountedResolvConfWins() throws IOException {
    linux.network = PlannedLinux.network("10.1.2.3", 24, "10.1.2.1");
    Path file = Files.writeString(linux.directory.resolve("r"), "nameserver 9.9.9.9\n");
    linux.mounts.add(new BindMount(file, "/etc/resolv.conf", false));
    linux.mounts.add(new BindMount(linux.directory, "/data", true));
    BootPlan plan = linux.plan("/web");
    assertThat(PlannedLinux.text(plan, "/.urunj/guest.conf"))
        .contains("\0bind=0 rw /etc/resolv.conf\0bind=1 ro /data\0");
    assertThat(plan.files())
        .endsWith(
            new GuestFile.Directory("/.urunj/mounts", 0700, 0, 0),
            new GuestFile.Tree("/.urunj/mounts/0", file, "/etc/resolv.conf", false),
            new GuestFile.Tree("/.urunj/mounts/1", linux.directory, "/data", false));
  }

  @Test
  void nulByteInAnArgumentIsRefused() {
    assertThatThrownBy(() -> linux.plan("/x", "a\0b"))
        .hasMessage("process: arg \"a\\u0000b\" holds a NUL byte; expected none");
  }

  @Test
  void noProgramIsRefused() {
    assertThatThrownBy(() -> linux.plan()).hasMessageStartingWith("process.args: empty");
  }

  @Test
  void arm64HasItsOwnConsole() throws IOException {
    Workload workload =
        new Workload(
            List.of("/x"),
            List.of(),
            0,
            0,
            List.of(),
            "/",
            "",
            List.of(),
            true,
            false,
            StandardInput.CONSOLE,
            Confinement.NONE);
    BootPlan plan =
        new LinuxGuest()
            .plan(
                new GuestInput(Path.of("/k"), "", null, workload, null, MountFiles.NONE, 128, 1),
                new MachineTraits(Architecture.AARCH64, "ttyAMA0", 0, List.of(BootProtocol.LINUX)));
    assertThat(plan.commandLine()).isEqualTo("panic=-1 console=ttyAMA0 rdinit=/.urunj/init");
    assertThat(PlannedLinux.text(plan, "/.urunj/guest.conf")).contains("\0tty=/dev/ttyAMA0\0");
    assertThat(plan.exitPort()).isZero();
    assertThat(plan.hasInitrd()).isTrue();
  }
}
