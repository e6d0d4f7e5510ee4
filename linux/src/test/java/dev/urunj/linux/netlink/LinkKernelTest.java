package dev.urunj.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Needs(root = true, programs = "ip")
class LinkKernelTest {
  private TestNetns pod;
  private TestNetns node;
  private RouteSocket socket;

  @BeforeEach
  void open() throws Exception {
    pod = TestNetns.create();
    node = TestNetns.create();
    socket = pod.call(RouteSocket::open);
  }

  @AfterEach
  void close() throws Exception {
    socket.close();
    node.close();
    pod.close();
  }

  @Test
  void newNamespaceHasOnlyTheLoopback() throws Exception {
    List<Link> links = socket.links();
    assertThat(links).singleElement().satisfies(link -> assertThat(link.isLoopback()).isTrue());
    assertThat(links.getFirst().isUp()).isFalse();
  }

  @Test
  void socketStaysInTheNamespaceItWasOpenedIn() throws Exception {
    socket.addBridge("br0"); // on this thread, which is in the machine's namespace
    assertThat(pod.shell("ip -o link")).contains("br0");
  }

  @Test
  void vethIsMadeWithItsPeerInAnotherNamespace() throws Exception {
    int index = socket.addVeth("eth0", "peer0", node.fd());
    assertThat(pod.shell("ip -d -o link show dev eth0")).contains("veth").startsWith(index + ": ");
    assertThat(node.shell("ip -d -o link show dev peer0")).contains("veth");
    Link link = named("eth0");
    assertThat(link.kind()).isEqualTo("veth");
    assertThat(link.type()).isEqualTo(Link.ARPHRD_ETHER);
    assertThat(link.peerNetnsId()).isNotNegative();
    try (RouteSocket there = node.call(RouteSocket::open)) {
      assertThat(Objects.requireNonNull(there.link("peer0")).index()).isEqualTo(link.peerIndex());
    }
  }

  @Test
  void carrierOfAVethIsItsPeerBeingUp() throws Exception {
    int index = socket.addVeth("eth0", "peer0", null);
    socket.setUp(index);
    assertThat(named("eth0").carrier()).isFalse();
    assertThat(named("eth0").isLowerUp()).isFalse();
    socket.setUp(named("peer0").index());
    assertThat(named("eth0").carrier()).isTrue();
    assertThat(named("eth0").isLowerUp()).isTrue();
  }

  @Test
  void linkIsConfiguredInOneMessage() throws Exception {
    int index = socket.addVeth("eth0", "peer0", null);
    socket.configure(index, 1400, true);
    assertThat(pod.shell("ip -j link show dev eth0")).contains("\"mtu\":1400").contains("\"UP\"");
    socket.configure(index, 1300, false);
    assertThat(pod.shell("ip -j link show dev eth0")).contains("\"mtu\":1300");
    assertThat(named("eth0").isUp()).isFalse();
  }

  @Test
  void everySettingOfALinkIsSeenByIp() throws Exception {
    int index = socket.addVeth("eth0", "peer0", null);
    int bridge = socket.addBridge("br0");
    socket.setMtu(index, 1280);
    socket.setMac(index, MacAddress.parse("02:00:5e:10:00:01"));
    socket.rename(index, "net1");
    socket.setMaster(index, bridge);
    assertThat(pod.shell("ip -j link show dev net1"))
        .contains("\"mtu\":1280")
        .contains("\"address\":\"02:00:5e:10:00:01\"")
        .contains("\"master\":\"br0\"");
    Link link = named("net1");
    assertThat(link.mac()).hasToString("02:00:5e:10:00:01");
    assertThat(link.masterIndex()).isEqualTo(bridge);
    socket.setMaster(index, 0);
    socket.setUp(index);
    socket.setDown(index);
    assertThat(named("net1").masterIndex()).isZero();
    assertThat(named("net1").isUp()).isFalse();
  }

  @Test
  void linkIsMovedToAnotherNamespace() throws Exception {
    int index = socket.addVeth("eth0", "peer0", null);
    socket.moveTo(index, node.fd());
    assertThat(socket.link(index)).isNull();
    assertThat(node.shell("ip -o link")).contains("eth0");
  }

  @Test
  void vethTakesItsPeerAlongWhenItIsDeleted() throws Exception {
    socket.deleteLink(socket.addVeth("eth0", "peer0", node.fd()));
    assertThat(socket.link("eth0")).isNull();
    assertThat(node.shell("ip -o link")).doesNotContain("peer0");
  }

  @Test
  void hundredLinksAreListed() throws Exception {
    StringBuilder batch = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      batch.append("link add a" + i + " type veth peer name b" + i + "\n");
    }
    pod.shell("ip -b - <<'END'\n" + batch + "END");
    List<Link> links = socket.links();
    assertThat(links).hasSize(101);
    assertThat(links)
        .extracting(Link::name)
        .contains("a0", "b0", "a49", "b49")
        .doesNotHaveDuplicates();
  }

  @Test
  void missingLinkIsNullWhenAskedForAndAnErrorWhenChanged() throws Exception {
    assertThat(socket.link(4711)).isNull();
    assertThat(socket.link("eth7")).isNull();
    assertThatThrownBy(() -> socket.setUp(4711))
        .isInstanceOf(NetlinkException.class)
        .hasMessage("RTM_NEWLINK(link 4711, flags 1/1) = -1 ENODEV (No such device)");
  }

  @Test
  void nameInUseIsAnError() throws Exception {
    socket.addBridge("br0");
    assertThatThrownBy(() -> socket.addBridge("br0"))
        .isInstanceOfSatisfying(
            NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
  }

  @Test
  void kernelsOwnWordsAreInTheError() throws Exception {
    int index = socket.addVeth("eth0", "peer0", null);
    assertThatThrownBy(() -> socket.setMtu(index, 10))
        .hasMessageEndingWith("EINVAL (Invalid argument): mtu less than device minimum");
  }

  @Test
  void refusedAttributeIsNamedByItsOffset() throws Exception {
    assertThatThrownBy(() -> socket.addVeth("a/b", "peer0", null))
        .isInstanceOf(ErrnoException.class)
        .hasMessageContaining("EINVAL");
    int index = socket.addBridge("br0");
    Message tooLong =
        Message.change("RTM_NEWLINK(test)", LinkCodec.RTM_NEWLINK, 0)
            .u32(0)
            .u32(index)
            .u32(0)
            .u32(0)
            .attribute(LinkCodec.IFLA_MTU, new byte[] {1});
    try (NetlinkSocket raw = pod.call(() -> NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE))) {
      assertThatThrownBy(() -> raw.change(tooLong))
          .isInstanceOfSatisfying(
              NetlinkException.class,
              e -> {
                assertThat(e.offset()).isEqualTo(32);
                assertThat(e.kernelMessage()).isNotBlank();
              });
    }
  }

  @Test
  void nameThatNoLinkCanHaveIsRefusedBeforeTheKernelIsAsked() {
    assertThatThrownBy(() -> socket.link("sixteen-bytes-xx"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "interface name \"sixteen-bytes-xx\": expected 1 to 15 bytes without a zero byte");
  }

  @Test
  void closedSocketIsNotUsed() throws Exception {
    socket.close();
    assertThatThrownBy(() -> socket.links()).isInstanceOf(IllegalStateException.class);
  }

  private Link named(String name) throws Exception {
    return Objects.requireNonNull(socket.link(name), name);
  }
}
