package dev.urunj.linux.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the kernel does with a persistent TAP that another process opens by its name.
@Needs(
    root = true,
    programs = {"ip", "perl"},
    files = "/dev/net/tun")
class HeldTapKernelTest {
  private static final String NAME = "tap0_urunc";
  private static final TapSpec SPEC = new TapSpec(NAME, 0, 0, false, false);

  /// TUNSETIFF with IFF_TAP | IFF_NO_PI, as solo5-hvt opens its TAP.
  private static final String HOLD =
      """
      open(my $tun, '+<', '/dev/net/tun') or die "open: $!";
      my $request = pack('Z16 S x22', $ARGV[0], 0x1002);
      ioctl($tun, 0x400454ca, $request) or die "TUNSETIFF: $!";
      $| = 1;
      print "held\\n";
      sleep 60;
      """;

  private TestNetns pod;
  private RouteSocket socket;

  @BeforeEach
  void open() throws Exception {
    pod = TestNetns.create();
    socket = pod.call(RouteSocket::open);
  }

  @AfterEach
  void close() throws Exception {
    socket.close();
    pod.close();
  }

  @Test
  void persistenceTakenThroughTheHolderLetsTheTapDieWithIt() throws Exception {
    makePersistent();
    Process holder = hold();
    try (Pidfd pidfd = Pidfd.open((int) holder.pid())) {
      assertThat(link().carrier()).isTrue();
      assertThat(link().persistent()).isTrue();
      try (HeldTap held = HeldTap.of(pidfd, (int) holder.pid(), NAME, namespace())) {
        Objects.requireNonNull(held).unpersist();
      }
      assertThat(link().persistent()).isFalse();
    } finally {
      holder.destroyForcibly().waitFor();
    }
    awaitGone();
  }

  @Test
  void tapThatIsNotTakenStaysWithoutACarrier() throws Exception {
    makePersistent();
    Process holder = hold();
    holder.destroyForcibly().waitFor();
    await("carrier", false);
    assertThat(link().persistent()).isTrue();
    socket.deleteLink(link().index());
  }

  @Test
  void processWithoutTheTapHoldsNone() throws Exception {
    makePersistent();
    Process other = new ProcessBuilder("sleep", "60").start();
    try (Pidfd pidfd = Pidfd.open((int) other.pid())) {
      assertThat(HeldTap.of(pidfd, (int) other.pid(), NAME, namespace())).isNull();
    } finally {
      other.destroyForcibly().waitFor();
    }
    socket.deleteLink(link().index());
  }

  @Test
  void tapOfTheSameNameInAnotherNamespaceIsNotTaken() throws Exception {
    makePersistent();
    Process holder = hold();
    try (Pidfd pidfd = Pidfd.open((int) holder.pid())) {
      NetworkNamespaceIdentity here = namespace();
      NetworkNamespaceIdentity other =
          new NetworkNamespaceIdentity(here.device(), here.inode() + 1, 0);
      assertThat(HeldTap.of(pidfd, (int) holder.pid(), NAME, other)).isNull();
      assertThat(link().persistent()).isTrue();
    } finally {
      holder.destroyForcibly().waitFor();
    }
    socket.deleteLink(link().index());
  }

  @Test
  void descriptorOfAProcessThatIsGoneCannotBeCopied() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try (Pidfd pidfd = Pidfd.open((int) other.pid())) {
      assertThatThrownBy(() -> pidfd.descriptor(99))
          .isInstanceOfSatisfying(
              ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
      other.destroyForcibly().waitFor();
      assertThatThrownBy(() -> pidfd.descriptor(0))
          .isInstanceOfSatisfying(
              ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    }
  }

  private void makePersistent() throws Exception {
    pod.call(() -> {
      try (Tap tap = Tap.open(SPEC)) {
        tap.persist();
        return tap.isPersistent();
      }
    });
    assertThat(link().carrier()).isFalse();
    assertThat(link().persistent()).isTrue();
    assertThat(pod.shell("ip -d -j link show dev " + NAME)).contains("\"vnet_hdr\":false");
  }

  private Process hold() throws Exception {
    Process holder =
        pod.call(
            () -> new ProcessBuilder("perl", "-e", HOLD, NAME).redirectErrorStream(true).start());
    BufferedReader said =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
    assertThat(said.readLine()).isEqualTo("held");
    return holder;
  }

  private void awaitGone() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (socket.link(NAME) != null) {
      assertThat(System.nanoTime()).as("the TAP is still there").isLessThan(end);
      Thread.sleep(5);
    }
  }

  private void await(String what, boolean wanted) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (link().carrier() != wanted) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(5);
    }
  }

  private NetworkNamespaceIdentity namespace() throws Exception {
    FileStatus status = FileStatus.of(pod.fd());
    return new NetworkNamespaceIdentity(status.device(), status.inode(), 0);
  }

  private Link link() throws Exception {
    return Objects.requireNonNull(socket.link(NAME));
  }
}
