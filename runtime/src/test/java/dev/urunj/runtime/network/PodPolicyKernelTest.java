package dev.urunj.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.netlink.Route;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Needs(
    root = true,
    programs = {"ip", "sysctl"})
class PodPolicyKernelTest {
  private Pod pod;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.withEth0();
    pod.shell("ip link set eth0 addrgenmode eui64");
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  private PodPolicy policy() throws IOException {
    return pod.network(network ->
        PodPolicy.read(network.socket().route(), Objects.requireNonNull(network.podInterface())));
  }

  @Test
  void podThatTakesAdvertisementsAndRedirectsHasAGuestThatDoes() throws IOException {
    pod.shell("sysctl -q -w net.ipv6.conf.eth0.accept_ra=1 net.ipv4.conf.all.forwarding=0");
    PodPolicy policy = policy();
    assertThat(policy.settings()).isEmpty();
    assertThat(policy.sysctls()).noneMatch(sysctl -> sysctl.startsWith("net/ipv4/tcp_keepalive"));
    assertThat(policy.notes()).isEmpty();
  }

  @Test
  void advertisementsThatThePodTakesInPartAreTakenInPart() throws IOException {
    pod.shell("sysctl -q -w net.ipv6.conf.eth0.accept_ra_defrtr=0 net.ipv6.conf.eth0.autoconf=0");
    assertThat(policy().settings())
        .contains("net/ipv6/conf/eth0/accept_ra_defrtr 0", "net/ipv6/conf/default/autoconf 0")
        .noneMatch(setting -> setting.contains("/accept_ra "));
  }

  @Test
  void podThatTakesNoneHasAGuestThatTakesNone() throws IOException {
    pod.shell("sysctl -q -w net.ipv6.conf.eth0.accept_ra=0 net.ipv6.conf.eth0.accept_redirects=0");
    pod.shell("sysctl -q -w net.ipv4.conf.all.accept_redirects=0");
    pod.shell("sysctl -q -w net.ipv4.conf.eth0.accept_redirects=0");
    assertThat(policy().settings())
        .contains(
            "net/ipv6/conf/default/accept_ra 0",
            "net/ipv6/conf/eth0/accept_ra 0",
            "net/ipv6/conf/eth0/accept_redirects 0",
            "net/ipv4/conf/all/accept_redirects 0",
            "net/ipv4/conf/eth0/accept_redirects 0")
        .noneMatch(setting -> setting.contains("disable_ipv6"));
  }

  /// A host that forwards takes no advertisements, unless it is told to (2).
  @Test
  void podThatForwardsTakesNeither() throws IOException {
    pod.shell("sysctl -q -w net.ipv6.conf.all.forwarding=1 net.ipv6.conf.eth0.accept_ra=1");
    assertThat(policy().settings())
        .contains("net/ipv6/conf/eth0/accept_ra 0", "net/ipv6/conf/eth0/accept_redirects 0");
    pod.shell("sysctl -q -w net.ipv6.conf.eth0.accept_ra=2");
    assertThat(policy().settings()).noneMatch(setting -> setting.contains("/accept_ra "));
  }

  @Test
  void podWithoutIpv6HasAGuestWithoutIpv6() throws IOException {
    pod.shell("sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=1");
    assertThat(policy().settings())
        .contains(
            "net/ipv6/conf/default/disable_ipv6 1",
            "net/ipv6/conf/eth0/disable_ipv6 1",
            "net/ipv6/conf/lo/disable_ipv6 1");
  }

  @Test
  void sysctlsThatDifferFromTheKernelsDefaultsAreTheGuests() throws IOException {
    pod.shell("sysctl -q -w net.ipv4.ip_unprivileged_port_start=0");
    pod.shell("sysctl -q -w net.ipv4.tcp_keepalive_time=77");
    pod.shell("sysctl -q -w 'net.ipv4.ip_local_port_range=61000 65000'");
    assertThat(policy().sysctls())
        .contains(
            "net/ipv4/ip_unprivileged_port_start 0",
            "net/ipv4/tcp_keepalive_time 77",
            "net/ipv4/ip_local_port_range 61000\t65000")
        .noneMatch(sysctl -> sysctl.startsWith("net/ipv4/tcp_fin_timeout"));
  }

  @Test
  void rulesThatForbidAreTheGuestsAndOthersAreSaid() throws IOException {
    pod.shell("ip rule add to 198.51.100.7 prohibit priority 90");
    pod.shell("ip -6 rule add from fd00::/8 to 2001:db8::/32 blackhole priority 91");
    pod.shell("ip rule add from 10.1.0.2 table 100 priority 100");
    pod.shell("ip rule add not fwmark 51820 table 51820 priority 101");
    pod.shell("ip rule add fwmark 5 prohibit priority 102");
    PodPolicy policy = policy();
    assertThat(policy.forbidding()).extracting(rule -> rule.priority()).containsExactly(90, 91);
    assertThat(policy.notes())
        .containsExactly(
            "the guest follows the routes of the pod's main table, and not the pod's rules beyond it"
                + " (IPv4 priority 100: table 100, IPv4 priority 101: table 51820, IPv4 priority 102:"
                + " action 8)");
  }

  @Test
  void linkLocalAddressThatIsNotOfTheHardwareAddressIsSaid() throws IOException {
    pod.shell("ip -6 addr flush dev eth0 scope link; ip addr add fe80::42/64 dev eth0 nodad");
    String note =
        "the guest does not have the pod's link-local address fe80:0:0:0:0:0:0:42, which is not made"
            + " of the hardware address";
    assertThat(policy().notes()).containsExactly(note);
    pod.shell("ip link set eth0 addrgenmode none");
    assertThat(policy().notes()).containsExactly(note);
    assertThat(policy().settings()).contains("net/ipv6/conf/eth0/addr_gen_mode 1");
  }

  @Test
  void everyFormOfARouteIsReadOrSaid() throws IOException {
    pod.shell("ip link add net1 type veth peer name peer1; ip link set net1 up");
    pod.shell("ip addr add 10.2.0.2/24 dev net1; ip addr add fd00:1::2/64 dev eth0 nodad");
    pod.shell("ip route add blackhole 198.51.100.1/32; ip -6 route add prohibit 2001:db8:7::/48");
    pod.shell("ip route add 203.0.113.0/24 via inet6 fd00:1::1 dev eth0");
    pod.shell("ip route add 224.0.0.0/4 dev eth0");
    pod.shell(
        "ip route add 192.0.2.0/25 nexthop via 10.1.0.9 dev eth0 weight 2 nexthop via 10.1.0.1 dev eth0");
    pod.shell(
        "ip route add 192.0.2.128/25 nexthop via 10.2.0.9 dev net1 nexthop via 10.1.0.1 dev eth0");
    pod.shell("sysctl -q -w net.ipv4.nexthop_compat_mode=0");
    pod.shell(
        "ip nexthop add id 7 via 10.1.0.1 dev eth0; ip nexthop add id 8 via 10.1.0.8 dev eth0");
    pod.shell("ip nexthop add id 9 group 7,3/8; ip route add 10.99.0.0/16 nhid 9");
    pod.shell("ip route add 10.98.0.0/16 nhid 7; ip route add 10.97.0.0/16 via 10.1.0.1 tos 0x10");
    pod.shell("ip route add 10.96.0.0/16 via 10.1.0.1 mtu lock 1400 advmss 1200 initcwnd 20");
    pod.shell("ip route add 10.95.0.0/16 via 10.1.0.1 mtu 1400 congctl reno");
    pod.shell("ip -6 route add 2001:db8:8::/48 via fd00:1::1 hoplimit 9");
    PodInterface found = pod.network(network -> Objects.requireNonNull(network.podInterface()));
    assertThat(found.routes())
        .extracting(PodPolicyKernelTest::words)
        .contains(
            "6 198.51.100.1/32 []",
            "8 2001:db8:7:0:0:0:0:0/48 []",
            "1 203.0.113.0/24 [fd00:1:0:0:0:0:0:1*1]",
            "1 224.0.0.0/4 [null*1]",
            "1 192.0.2.0/25 [10.1.0.9*2, 10.1.0.1*1]",
            "1 192.0.2.128/25 [10.1.0.1*1]",
            "1 10.99.0.0/16 [10.1.0.1*3, 10.1.0.8*1]",
            "1 10.98.0.0/16 [10.1.0.1*1]")
        .doesNotContain("1 10.2.0.0/24 [null*1]");
    assertThat(found.notes())
        .containsExactlyInAnyOrder(
            "the guest has of the route to 192.0.2.128/25 only the next hops by its interface",
            "the guest has the route to 10.97.0.0/16 without what it says of a type of service",
            "the guest has the route to 10.96.0.0/16 without what it says of a locked metric, advmss,"
                + " initcwnd",
            "the guest has the route to 10.95.0.0/16 without what it says of congctl",
            "the guest has the route to 2001:db8:8:0:0:0:0:0/48 without what it says of hoplimit");
  }

  private static String words(Route route) {
    List<String> hops =
        route.type() != Route.RTN_UNICAST
            ? List.of()
            : route.nextHops().stream()
                .map(hop ->
                    (hop.gateway() == null ? "null" : hop.gateway().getHostAddress())
                        + "*"
                        + hop.weight())
                .toList();
    String to = route.destination() == null ? "default" : route.destination().getHostAddress();
    return route.type() + " " + to + "/" + route.prefixLength() + " " + hops;
  }
}
