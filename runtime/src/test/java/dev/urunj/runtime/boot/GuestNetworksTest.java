package dev.urunj.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.linux.netlink.Neighbour;
import dev.urunj.linux.netlink.Route;
import dev.urunj.runtime.guest.GuestNetwork;
import dev.urunj.runtime.guest.GuestNetwork.Hop;
import dev.urunj.runtime.guest.PodLocalhost;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.network.Aliases;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodPolicy;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuestNetworksTest {
  private static final Aliases ALIASES =
      new Aliases(
          Inet4Address.ofLiteral("169.254.223.1"),
          (Inet6Address) InetAddress.ofLiteral("fd75::101"));
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");

  @Test
  void linkAndItsDefaultRoutesAreSaidInTheGuestsWords() throws Exception {
    GuestNetwork network =
        of(
            MAC,
            List.of(
                Route.onLink(ip("10.0.0.0"), 8, 3),
                Route.defaultVia(ip("10.0.0.1"), 3),
                Route.defaultVia(ip("fd00::1"), 3)),
            List.of(Neighbour.permanent(3, ip("10.0.0.1"), MAC)));
    assertThat(network.mac()).isEqualTo("02:00:00:00:00:01");
    assertThat(network.mtu()).isEqualTo(1400);
    assertThat(network.routes())
        .containsExactly(
            new GuestNetwork.Route(ip("10.0.0.0"), 8, null, false, 0, null),
            new GuestNetwork.Route(ip("0.0.0.0"), 0, ip("10.0.0.1"), false, 0, null),
            new GuestNetwork.Route(ip("::"), 0, ip("fd00::1"), false, 0, null));
    assertThat(network.neighbours())
        .containsExactly(new GuestNetwork.Neighbour(ip("10.0.0.1"), "02:00:00:00:00:01"));
  }

  @Test
  void routeSaysItsGatewayOfTheOtherFamilyItsMetricAndItsNextHops() throws Exception {
    Route mixed = new Route(Route.AF_INET, null, 0, ip("fe80::1"), 3, 70, 0, 1, 254, true, 0, null);
    Route two =
        mixed.withHops(
            List.of(
                new Route.NextHop(ip("10.0.0.1"), 3, false, 1),
                new Route.NextHop(ip("10.0.0.9"), 3, true, 250)));
    assertThat(of(MAC, List.of(mixed, two), List.of()).routes())
        .containsExactly(
            new GuestNetwork.Route(
                1, ip("0.0.0.0"), 0, 70, 0, null, List.of(new Hop(ip("fe80::1"), true, 1))),
            new GuestNetwork.Route(
                1,
                ip("0.0.0.0"),
                0,
                70,
                0,
                null,
                List.of(new Hop(ip("10.0.0.1"), false, 1), new Hop(ip("10.0.0.9"), true, 250))));
  }

  @Test
  void routeThatForbidsHasNoNextHop() throws Exception {
    Route prohibit =
        new Route(Route.AF_INET6, ip("fd99::"), 64, null, 1, 1024, 0, 8, 254, false, 0, null);
    assertThat(of(MAC, List.of(prohibit), List.of()).routes())
        .containsExactly(new GuestNetwork.Route(8, ip("fd99::"), 64, 1024, 0, null, List.of()));
  }

  @Test
  void aliasOfLocalhostIsReachedFromTheFirstAddressOfItsFamily() throws Exception {
    GuestNetwork network =
        GuestNetworks.of(
            pod("10.0.0.2", "10.0.0.3", "fd00::2"), PodPolicy.NONE, ResolvConf.EMPTY, ALIASES);
    assertThat(network.localhost()).isEqualTo(new PodLocalhost(ALIASES.ipv4(), ALIASES.ipv6()));
    assertThat(network.routes())
        .containsExactly(
            new GuestNetwork.Route(ip("169.254.223.0"), 24, null, false, 0, ip("10.0.0.2")),
            new GuestNetwork.Route(ip("fd75::100"), 120, null, false, 0, ip("fd00::2")));
  }

  @Test
  void aliasOfAFamilyThatThePodLacksIsLeftOut() throws Exception {
    GuestNetwork network =
        GuestNetworks.of(pod("10.0.0.2"), PodPolicy.NONE, ResolvConf.EMPTY, ALIASES);
    assertThat(network.localhost()).isEqualTo(new PodLocalhost(ALIASES.ipv4(), null));
    assertThat(network.routes()).hasSize(1);
  }

  @Test
  void addressThatIsLentIsWhereTheAliasIsReachedFrom() throws Exception {
    Inet4Address lent = Inet4Address.ofLiteral("169.254.223.254");
    Aliases aliases = new Aliases(ALIASES.ipv4(), ALIASES.ipv6(), lent);
    GuestNetwork network =
        GuestNetworks.of(pod("fd00::2"), PodPolicy.NONE, ResolvConf.EMPTY, aliases);
    assertThat(network.localhost().ipv4()).isEqualTo(ALIASES.ipv4());
    assertThat(network.localhost().lent()).isEqualTo(lent);
    assertThat(network.addresses())
        .extracting(GuestNetwork.Address::ip)
        .containsOnly(ip("fd00::2"));
    assertThat(network.routes())
        .contains(new GuestNetwork.Route(ip("169.254.223.0"), 24, null, false, 0, lent));
  }

  private static PodInterface pod(String... addresses) throws Exception {
    Link link = new Link(3, "net7", 1, 1, 1400, 0, MAC, null, true, 6, 0, 0, -1, false);
    List<InterfaceAddress> all = new ArrayList<>();
    for (String address : addresses) {
      all.add(new InterfaceAddress(3, ip(address), null, 24, 0, 0));
    }
    return new PodInterface(link, all, List.of(), List.of());
  }

  @Test
  void interfaceWithoutMacIsOneClearLine() {
    assertThatThrownBy(() -> of(null, List.of(), List.of()))
        .isInstanceOf(ContainerException.class)
        .hasMessageContaining("net7 has no MAC");
  }

  private static GuestNetwork of(
      @Nullable MacAddress mac, List<Route> routes, List<Neighbour> neighbours) throws Exception {
    Link link = new Link(3, "net7", 1, 1, 1400, 0, mac, null, true, 6, 0, 0, -1, false);
    return GuestNetworks.of(
        new PodInterface(link, List.of(), routes, neighbours),
        PodPolicy.NONE,
        ResolvConf.EMPTY,
        null);
  }

  private static InetAddress ip(String text) throws Exception {
    return InetAddress.getByName(text);
  }
}
