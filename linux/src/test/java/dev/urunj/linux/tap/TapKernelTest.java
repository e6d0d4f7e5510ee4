package dev.urunj.linux.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.SyscallNumber;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import java.io.File;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Needs(root = true, programs = "ip", files = "/dev/net/tun")
class TapKernelTest {
  private static final int TUNSETPERSIST = 0x400454cb; // uapi/linux/if_tun.h
  private static final String NAME = "tap0_urunc";
  private static final TapSpec SPEC = new TapSpec(NAME, 1234, 4321, false);

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
  void tapIsMadeAsItIsWanted() throws Exception {
    try (Tap tap = pod.call(() -> Tap.open(SPEC))) {
      assertThat(tap.name()).isEqualTo(NAME);
      assertThat(tap.isPersistent()).isFalse();
      assertThat(pod.shell("ip -d -j link show dev " + NAME))
          .contains("\"type\":\"tap\",\"pi\":false,\"vnet_hdr\":true")
          .contains("\"multi_queue\":false,\"persist\":false")
          .contains("1234")
          .contains("4321");
      assertThat(link().kind()).isEqualTo("tun");
    }
  }

  @Test
  void openTapHasACarrierAlsoWhileItIsDown() throws Exception {
    try (Tap tap = pod.call(() -> Tap.open(SPEC))) {
      assertThat(tap.fd().isOpen()).isTrue();
      assertThat(link().carrier()).isTrue();
      assertThat(link().isUp()).isFalse();
      socket.setUp(link().index());
      assertThat(link().carrier()).isTrue();
      assertThat(link().isLowerUp()).isTrue();
    }
  }

  @Test
  void tapIsGoneOnceItIsClosed() throws Exception {
    pod.call(() -> Tap.open(SPEC)).close();
    assertThat(socket.link(NAME)).isNull();
  }

  @Test
  void persistentTapThatNobodyHoldsHasNoCarrier() throws Exception {
    pod.shell("ip tuntap add dev " + NAME + " mode tap vnet_hdr");
    assertThat(link().carrier()).isFalse();
    socket.setUp(link().index());
    assertThat(link().carrier()).isFalse();
    socket.deleteLink(link().index());
    assertThat(socket.link(NAME)).isNull();
  }

  @Test
  void persistenceIsSeen() throws Exception {
    try (Tap tap = pod.call(() -> Tap.open(SPEC))) {
      Libc.syscall(SyscallNumber.IOCTL, tap.fd().number(), TUNSETPERSIST, 1);
      assertThat(tap.isPersistent()).isTrue();
    }
    assertThat(link().carrier()).isFalse();
  }

  @Test
  void nameInUseIsBusyAndLeavesTheOtherLinkAlone() throws Exception {
    pod.shell("ip tuntap add dev " + NAME + " mode tap vnet_hdr");
    int before = link().index();
    assertThatThrownBy(() -> pod.call(() -> Tap.open(SPEC)))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY))
        .hasMessageContaining("TUNSETIFF, \"tap0_urunc\") = -1 EBUSY");
    assertThat(link().index()).isEqualTo(before);
  }

  @Test
  void failureLeavesNoDescriptorOpen() throws Exception {
    try (Tap tap = pod.call(() -> Tap.open(SPEC))) {
      assertThat(tap.fd().isOpen()).isTrue();
      int before = descriptors();
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> pod.call(() -> Tap.open(SPEC))).isInstanceOf(ErrnoException.class);
      }
      assertThat(descriptors()).isEqualTo(before);
    }
  }

  @Test
  void releasedDescriptorKeepsTheTapAlive() throws Exception {
    Tap tap = pod.call(() -> Tap.open(SPEC));
    try (Fd fd = tap.release()) {
      tap.close();
      assertThat(fd.isOpen()).isTrue();
      assertThat(link().carrier()).isTrue();
    }
    assertThat(socket.link(NAME)).isNull();
  }

  @Test
  void severalQueuesAreAttachedToOneTap() throws Exception {
    TapSpec spec = new TapSpec(NAME, 0, 0, true);
    try (Tap first = pod.call(() -> Tap.open(spec));
        Tap second = pod.call(first::openQueue)) {
      assertThat(pod.shell("ip -d -j link show dev " + NAME))
          .contains("\"multi_queue\":true,\"numqueues\":2");
      first.release().close();
      assertThat(link().carrier()).isTrue();
      assertThat(second.isPersistent()).isFalse();
    }
    assertThat(socket.link(NAME)).isNull();
  }

  @Test
  void tapForOneQueueRefusesASecond() throws Exception {
    try (Tap tap = pod.call(() -> Tap.open(SPEC))) {
      assertThatThrownBy(tap::openQueue).hasMessage("TAP tap0_urunc was made for one queue");
    }
  }

  private Link link() throws Exception {
    return Objects.requireNonNull(socket.link(NAME));
  }

  private static int descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }
}
