package dev.urunj.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A guest with an address of its own behind the pod's: connections out are masqueraded, a port of
/// the pod leads in. The node knows no way to the guest's network.
@Needs(root = true, programs = "ip")
class NetfilterTrafficKernelTest {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final NetfilterTable TABLE =
      new NetfilterTable(NetfilterTable.NFPROTO_IPV4, "urunj", "");

  private TestNetns node;
  private TestNetns pod;
  private TestNetns guest;
  private NetfilterSocket socket;

  @BeforeEach
  void wire() throws Exception {
    node = TestNetns.create();
    pod = TestNetns.create();
    guest = TestNetns.create();
    try (RouteSocket route = pod.call(RouteSocket::open)) {
      route.addVeth("eth0", "node0", node.fd());
      route.addVeth("tap0_urunc", "guest0", guest.fd());
      for (String name : new String[] {"eth0", "tap0_urunc"}) {
        int index = Objects.requireNonNull(route.link(name)).index();
        String address = name.equals("eth0") ? "10.1.0.2" : "172.16.1.1";
        route.addAddress(index, InetAddress.getByName(address), 24);
        route.setUp(index);
      }
    }
    node.shell("ip address add 10.1.0.1/24 dev node0; ip link set node0 up");
    guest.shell(
        "ip address add 172.16.1.2/24 dev guest0; ip link set guest0 up;"
            + " ip route add default via 172.16.1.1");
    pod.run(() -> Sysctl.write("net/ipv4/ip_forward", "1"));
    socket = pod.call(NetfilterSocket::open);
    socket.commit(rules());
  }

  @AfterEach
  void unwire() throws Exception {
    socket.close();
    guest.close();
    pod.close();
    node.close();
  }

  @Test
  void nodeSeesThePodsAddressWhereTheGuestConnects() throws Exception {
    try (ServerSocket server = node.call(() -> new ServerSocket(9000));
        Socket there = guest.call(() -> connected("10.1.0.1", 9000));
        Socket here = accepted(server)) {
      assertThat(here.getInetAddress().getHostAddress()).isEqualTo("10.1.0.2");
      there.getOutputStream().write(42);
      assertThat(here.getInputStream().read()).isEqualTo(42);
    }
    assertThat(packetsOf("guest")).isEqualTo(1); // a chain of this type sees the first packet only
  }

  @Test
  void portOfThePodLeadsToTheGuest() throws Exception {
    try (ServerSocket server = guest.call(() -> new ServerSocket(80));
        Socket there = node.call(() -> connected("10.1.0.2", 8080));
        Socket here = accepted(server)) {
      assertThat(here.getInetAddress().getHostAddress()).isEqualTo("10.1.0.1");
      here.getOutputStream().write(43);
      assertThat(there.getInputStream().read()).isEqualTo(43);
    }
    assertThat(packetsOf("web")).isEqualTo(1);
  }

  @Test
  void portIsThePodsAgainOnceTheTableIsGone() throws Exception {
    try (ServerSocket server = guest.call(() -> new ServerSocket(80))) {
      socket.commit(new NetfilterBatch().deleteTable(TABLE));
      assertThat(server.isBound()).isTrue();
      assertThatThrownBy(() -> node.call(() -> connected("10.1.0.2", 8080)))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("refused");
    }
  }

  private long packetsOf(String comment) throws Exception {
    for (InstalledRule rule : socket.rules(TABLE)) {
      if (rule.comment().equals(comment)) {
        return rule.packets();
      }
    }
    throw new AssertionError("no rule " + comment);
  }

  private static NetfilterBatch rules() throws Exception {
    NetfilterRule masquerade =
        new NetfilterRule(
            List.of(
                new RuleExpression.Source(InetAddress.getByName("172.16.1.0"), 24),
                new RuleExpression.OutputLink("eth0"),
                new RuleExpression.Counter(),
                new RuleExpression.Masquerade()),
            "guest");
    NetfilterRule web =
        new NetfilterRule(
            List.of(
                new RuleExpression.InputLink("eth0"),
                new RuleExpression.DestinationPort(6, 8080),
                new RuleExpression.Counter(),
                new RuleExpression.DestinationNat(InetAddress.getByName("172.16.1.2"), 80)),
            "web");
    return new NetfilterBatch()
        .replaceTable(TABLE)
        .addChain(
            TABLE,
            new NetfilterChain(
                "postrouting",
                "nat",
                NetfilterChain.NF_INET_POST_ROUTING,
                NetfilterChain.NF_IP_PRI_NAT_SRC))
        .addRule(TABLE, "postrouting", masquerade)
        .addChain(
            TABLE,
            new NetfilterChain(
                "prerouting",
                "nat",
                NetfilterChain.NF_INET_PRE_ROUTING,
                NetfilterChain.NF_IP_PRI_NAT_DST))
        .addRule(TABLE, "prerouting", web);
  }

  private static Socket connected(String address, int port) throws Exception {
    Socket connected = new Socket();
    try {
      connected.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
      connected.setSoTimeout(TIMEOUT_MILLIS);
      return connected;
    } catch (Throwable t) {
      try (connected) {
        throw t;
      }
    }
  }

  private static Socket accepted(ServerSocket server) throws Exception {
    server.setSoTimeout(TIMEOUT_MILLIS);
    Socket accepted = server.accept();
    accepted.setSoTimeout(TIMEOUT_MILLIS);
    return accepted;
  }
}
