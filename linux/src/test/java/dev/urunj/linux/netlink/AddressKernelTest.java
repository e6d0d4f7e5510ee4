package dev.urunj.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Addresses, routes and neighbours.
@Needs(root = true, programs = "ip")
class AddressKernelTest {
  private TestNetns pod;
  private RouteSocket socket;
  private int eth0;

  @BeforeEach
  void open() throws Exception {
    pod = TestNetns.create();
    socket = pod.call(RouteSocket::open);
    eth0 = socket.addVeth("eth0", "peer0", null);
    socket.setUp(eth0);
    socket.setUp(Objects.requireNonNull(socket.link("peer0")).index());
  }

  @AfterEach
  void close() throws Exception {
    socket.close();
    pod.close();
  }

  @Test
  void addressesOfBothFamiliesAreAddedAndListed() throws Exception {
    socket.addAddress(eth0, ip("10.1.0.2"), 26);
    socket.addAddress(eth0, ip("fd00::2"), 64);
    assertThat(pod.shell("ip -o address show dev eth0"))
        .contains("inet 10.1.0.2/26 ")
        .contains("inet6 fd00::2/64 ");
    List<InterfaceAddress> addresses = socket.addresses(eth0);
    InterfaceAddress first = addresses.getFirst();
    assertThat(first.address()).isEqualTo(ip("10.1.0.2"));
    assertThat(first.prefixLength()).isEqualTo(26);
    assertThat(first.peer()).isNull();
    assertThat(first.isPermanent()).isTrue();
    assertThat(addresses)
        .anySatisfy(address -> {
          assertThat(address.address()).isEqualTo(ip("fd00::2"));
          assertThat(address.isTentative()).isTrue();
        });
  }

  @Test
  void onlyTheLinksOwnAddressesAreListed() throws Exception {
    pod.shell("ip address add 10.3.0.1/24 dev peer0");
    socket.addAddress(eth0, ip("10.1.0.2"), 24);
    assertThat(socket.addresses(eth0)).extracting(InterfaceAddress::linkIndex).containsOnly(eth0);
  }

  @Test
  void addressIsDeleted() throws Exception {
    socket.addAddress(eth0, ip("10.1.0.2"), 24);
    socket.deleteAddress(eth0, ip("10.1.0.2"), 24);
    assertThat(pod.shell("ip -4 -o address show dev eth0")).isEmpty();
    assertThatThrownBy(() -> socket.deleteAddress(eth0, ip("10.1.0.2"), 24))
        .isInstanceOfSatisfying(
            NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EADDRNOTAVAIL));
  }

  @Test
  void newNamespaceHasNoRoutes() throws Exception {
    try (TestNetns empty = TestNetns.create();
        RouteSocket there = empty.call(RouteSocket::open)) {
      assertThat(there.routes()).isEmpty();
      assertThat(there.routes(4711)).isEmpty();
    }
  }

  @Test
  void gatewayOfASlash32AddressIsReachedOnItsLink() throws Exception {
    socket.addAddress(eth0, ip("10.1.0.2"), 32);
    socket.addRoute(Route.onLink(ip("169.254.1.1"), 32, eth0));
    socket.addRoute(Route.defaultVia(ip("169.254.1.1"), eth0));
    assertThat(pod.shell("ip -4 route"))
        .contains("default via 169.254.1.1 dev eth0")
        .contains("169.254.1.1 dev eth0 scope link");
    assertThat(socket.routes())
        .filteredOn(route -> route.family() == Route.AF_INET && route.isDefault())
        .singleElement()
        .satisfies(route -> assertThat(route.gateway()).isEqualTo(ip("169.254.1.1")));
  }

  @Test
  void everyPartOfARouteComesBack() throws Exception {
    socket.addAddress(eth0, ip("10.1.0.2"), 24);
    Route route =
        new Route(
            Route.AF_INET,
            ip("192.168.0.0"),
            16,
            ip("172.31.0.1"),
            eth0,
            100,
            Route.RT_SCOPE_UNIVERSE,
            Route.RTN_UNICAST,
            Route.RT_TABLE_MAIN,
            true,
            1400,
            ip("10.1.0.2"));
    socket.addRoute(route);
    assertThat(pod.shell("ip route show 192.168.0.0/16").strip())
        .isEqualTo(
            "192.168.0.0/16 via 172.31.0.1 dev eth0 src 10.1.0.2 metric 100 onlink mtu 1400");
    assertThat(socket.routes()).contains(route);
    socket.deleteRoute(route);
    assertThat(socket.routes()).doesNotContain(route);
    assertThatThrownBy(() -> socket.deleteRoute(route))
        .isInstanceOfSatisfying(
            NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
  }

  @Test
  void ipv6RouteIsAddedListedAndDeleted() throws Exception {
    pod.shell("ip -6 address add fd00::2/64 dev eth0 nodad");
    socket.addRoute(Route.defaultVia(ip("fd00::1"), eth0));
    assertThat(pod.shell("ip -6 route")).contains("default via fd00::1 dev eth0");
    Route found = socket.routes().stream().filter(Route::isDefault).findFirst().orElseThrow();
    assertThat(found.gateway()).isEqualTo(ip("fd00::1"));
    socket.deleteRoute(found);
    assertThat(socket.routes()).noneMatch(Route::isDefault);
  }

  @Test
  void routeThroughTheOtherFamilyIsUnderstoodByTheKernel() throws Exception {
    pod.shell("ip -6 address add fd00::2/64 dev eth0 nodad");
    socket.addRoute(
        new Route(Route.AF_INET, null, 0, ip("fd00::1"), eth0, 0, 0, 1, 1000, false, 0, null));
    assertThat(pod.shell("ip route show table 1000"))
        .contains("default via inet6 fd00::1 dev eth0");
    assertThat(socket.routes(1000))
        .singleElement()
        .satisfies(route -> assertThat(route.gateway()).isEqualTo(ip("fd00::1")));
  }

  @Test
  void gatewayWithoutAWayToItIsRefused() {
    assertThatThrownBy(() -> socket.addRoute(Route.defaultVia(ip("10.9.9.9"), eth0)))
        .isInstanceOf(NetlinkException.class)
        .hasMessageContaining("ENETUNREACH (Network is unreachable): Nexthop has invalid gateway");
  }

  @Test
  void neighbourIsAddedAndListedForItsLink() throws Exception {
    MacAddress mac = MacAddress.parse("02:00:5e:10:00:01");
    socket.addNeighbour(Neighbour.permanent(eth0, ip("10.1.0.1"), mac));
    socket.addNeighbour(Neighbour.permanent(eth0, ip("fd00::1"), mac));
    assertThat(pod.shell("ip neighbour show dev eth0"))
        .contains("10.1.0.1 lladdr 02:00:5e:10:00:01 PERMANENT")
        .contains("fd00::1 lladdr 02:00:5e:10:00:01 PERMANENT");
    assertThat(socket.neighbours(eth0))
        .filteredOn(Neighbour::isPermanent)
        .extracting(Neighbour::mac)
        .containsExactly(mac, mac);
    assertThat(socket.neighbours(4711)).isEmpty();
  }

  private static InetAddress ip(String text) throws Exception {
    return InetAddress.getByName(text);
  }
}
