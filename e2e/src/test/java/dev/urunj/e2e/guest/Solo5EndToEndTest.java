package dev.urunj.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lives of MirageOS and Rumprun with Solo5's tenders, each in a PID namespace of its own and as a
/// user without any right. What executes the kernels is `solo5-tender.c`, because no package holds
/// the tenders: it takes their arguments and ends as they do.
@EndToEnd
class Solo5EndToEndTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int USER = 4711;
  private static final int KILLED = 137;

  private Node node;
  private Urunj urunj;
  private Pod pod;

  @BeforeEach
  void open() throws IOException {
    Path tenders = Target.scratch();
    for (String name : new String[] {"solo5-hvt", "solo5-spt"}) {
      Files.copy(
          Target.standalone("solo5-tender"),
          tenders.resolve(name),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    node = Node.start();
    urunj = Urunj.of(node, Target.launcher(), "PATH=" + tenders + ":" + System.getenv("PATH"));
    pod = node.pod("pod");
  }

  @AfterEach
  void close() throws IOException {
    try (Node _ = node) {
      urunj.close();
    }
  }

  private BundleBuilder bundle(String guest, String tender, int target, boolean network)
      throws IOException {
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod).user(USER, USER);
    bundle.contractFile(
        false, "unikernelType", guest, "hypervisor", tender, "binary", "/solo5", "initrd", "");
    Files.copy(
        Target.solo5Kernel(target, network),
        bundle.copiedRootfs().resolve("solo5"),
        StandardCopyOption.REPLACE_EXISTING);
    return bundle.annotation("dev.urunj.accel", tender.equals("hvt") ? "kvm" : "auto");
  }

  /// spt has no handler for SIGTERM, and the kernel keeps it from process 1 then.
  @ParameterizedTest
  @CsvSource({"hvt, 1, 1", "spt, 2, " + KILLED})
  void mirageIsPingedThroughItsPodAndStopsAtOnce(String tender, int target, int status)
      throws IOException {
    Container guest =
        urunj.create(bundle("mirage", tender, target, true).args("--hello=two words")).start();
    node.run("ping", "-c", "1", "-i", "0.2", "-w", "5", pod.address()).orFail();
    guest.awaitConsole("line: --ipv4=" + pod.address() + "/24 --ipv4-gateway=", SOON);
    assertThat(guest.console()).contains(" \"--hello=two words\"");
    assertThat(tap()).contains("\"persist\":false");
    guest.kill("TERM");
    assertThat(guest.exitStatus(SOON)).isEqualTo(status);
    assertThat(pod.taps()).isEmpty();
    guest.delete();
    pod.assertUntouched();
  }

  @Test
  void rumprunGetsItsObjectAndItsTapDiesWithIt() throws IOException {
    Container guest =
        urunj.create(bundle("rumprun", "spt", 2, true).args("redis", "-v").env("A=1")).start();
    guest.awaitConsole("line: {\"cmdline\":\"redis -v\",", SOON);
    assertThat(guest.console())
        .contains("\"env\":\"A=1\"", "\"addr\":\"" + pod.address() + "\",\"mask\":\"24\"");
    guest.crash();
    guest.awaitStatus("stopped", SOON);
    guest.kill("KILL");
    assertThat(pod.taps()).isEmpty();
    guest.delete();
    pod.assertUntouched();
  }

  /// It ends within a millisecond, which is a success however fast.
  @ParameterizedTest
  @CsvSource({"0", "7", "255"})
  void statusOfAGuestWithoutNetworkIsTheContainers(int status) throws IOException {
    Container guest = urunj.create(bundle("mirage", "spt", 2, false).args("--exit=" + status));
    assertThat(pod.taps()).isEmpty();
    guest.start();
    assertThat(guest.exitStatus(SOON)).isEqualTo(status);
    assertThat(guest.console()).contains("line: --exit=" + status);
    assertThat(guest.state().toString()).contains("the kernel has no network device");
    pod.assertUntouched();
    guest.delete();
  }

  @ParameterizedTest
  @CsvSource({"0", "9"})
  void guestThatIsDoneAtOnceLeavesNothingInItsPod(int status) throws IOException {
    Container guest = urunj.create(bundle("mirage", "spt", 2, true).args("--exit=" + status));
    guest.start();
    assertThat(guest.exitStatus(SOON)).isEqualTo(status);
    guest.kill("KILL");
    assertThat(pod.taps()).isEmpty();
    guest.delete();
    pod.assertUntouched();
  }

  @Test
  void kernelForTheOtherTenderIsRefusedInOneLine() throws IOException {
    Container refused = urunj.tryCreate(Target.unique(), bundle("mirage", "hvt", 2, true).build());
    assertThat(refused.awaitCreate(SOON)).isEqualTo(1);
    assertThat(ErrorLine.single(refused.stderr()))
        .contains("com.urunc.unikernel.binary", "is not for the tender hvt; expected");
    urunj.assertNothingLeft();
    pod.assertUntouched();
  }

  private String tap() throws IOException {
    return pod.run("ip", "-d", "-j", "link", "show", "dev", "tap0_urunc").orFail();
  }
}
