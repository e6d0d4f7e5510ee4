package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.network.Pod;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"ip"})
class FreeAliasNetsKernelTest {
  private static final String ALL_OF_IPV4 =
      "for net in 223 197 155 131; do ip route add 169.254.$net.0/24 dev eth0; done;";
  private static final String ALL_OF_IPV6 =
      "for net in 2 4; do ip -6 route add fd75:7275:6e6a:$net::/112 dev eth0; done;";

  private Pod pod;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.withEth0();
    pod.shell("ip link set lo up; ip address add fd00:1::2/64 dev eth0 nodad");
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  @Test
  void netsThatThePodUsesAreNotTaken() throws IOException {
    pod.shell(
        "ip address add 169.254.223.9/32 dev eth0; ip route add 169.254.197.0/28 dev eth0;"
            + " ip neigh add 169.254.155.1 lladdr 02:00:00:00:00:01 dev eth0;"
            + " ip address add 127.88.1.1/32 dev lo");
    FabricNets.Family ipv4 = Objects.requireNonNull(nets("127.89.0.53").ipv4());
    assertThat(ipv4.guestSide().getHostAddress()).isEqualTo("169.254.131.0");
    assertThat(ipv4.podSide().getHostAddress()).isEqualTo("127.90.0.0");
    assertThat(ipv4.pod().getHostAddress()).isEqualTo("10.1.0.2");
  }

  @Test
  void guestOfAPodWithoutIpv4IsLentAnAddressOfTheGuestsSide() throws IOException {
    pod.shell("ip address flush dev eth0; ip -6 address add fd00:1::2/64 dev eth0 nodad");
    FabricNets nets = nets("10.1.0.1");
    assertThat(Objects.requireNonNull(nets.aliases().ipv4()).getHostAddress())
        .isEqualTo("169.254.223.1");
    assertThat(Objects.requireNonNull(nets.aliases().lent()).getHostAddress())
        .isEqualTo("169.254.223.254");
    assertThat(Objects.requireNonNull(nets.ipv4()).pod()).isEqualTo(nets.aliases().lent());
  }

  @Test
  void preferredNetsAreTakenUnlessThePodUsesThem() throws IOException {
    pod.shell("ip route add 10.77.1.0/28 dev eth0");
    List<InetAddress> preferred =
        List.of(
            InetAddress.ofLiteral("10.77.1.0"),
            InetAddress.ofLiteral("10.77.2.0"),
            InetAddress.ofLiteral("fd00:77::"));
    FabricNets nets =
        pod.network(network ->
            FreeAliasNets.choose(
                network.socket().route(),
                Objects.requireNonNull(network.podInterface()),
                List.of(),
                preferred,
                new ArrayList<>()));
    assertThat(Objects.requireNonNull(nets.ipv4()).guestSide())
        .isEqualTo(InetAddress.ofLiteral("10.77.2.0"));
    assertThat(Objects.requireNonNull(nets.ipv6()).guestSide())
        .isEqualTo(InetAddress.ofLiteral("fd00:77::"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip route add 169.254.0.0/16 dev eth0 scope link",
        "ip route add 169.254.0.0/15 via 10.1.0.1",
        "ip route add 0.0.0.0/1 via 10.1.0.1",
        "ip route add 128.0.0.0/1 via 10.1.0.1",
        "ip route add 126.0.0.0/7 via 10.1.0.1",
        "ip route add blackhole 169.254.0.0/16",
        "ip route add local 127.64.0.0/10 dev lo",
        "ip route add 127.64.0.0/10 dev lo",
        "ip route add local 127.80.0.0/12 dev lo",
        "ip address add 169.254.7.7/16 dev eth0",
        "ip address add 10.1.0.7/0 dev eth0",
        "ip address add 127.0.0.2/9 dev lo",
        "ip address add 10.1.0.8 peer 169.254.0.0/16 dev eth0",
        "ip -6 route add fd00::/8 dev eth0",
        "ip -6 route add fc00::/7 via fd00:1::1",
        "ip -6 route add ::/1 via fd00:1::1; ip -6 route add 8000::/1 via fd00:1::1",
        "ip -6 address add fd75:7275:6e6a:9::9/48 dev eth0 nodad",
        "ip -6 address add fd00:9::9/0 dev eth0 nodad",
      })
  void whatIsWiderThanANetIsNoUseOfIt(String command) throws IOException {
    pod.shell(command);
    FabricNets nets = nets("10.1.0.1");
    FabricNets.Family ipv4 = Objects.requireNonNull(nets.ipv4());
    FabricNets.Family ipv6 = Objects.requireNonNull(nets.ipv6());
    assertThat(ipv4.guestSide().getHostAddress()).isEqualTo("169.254.223.0");
    assertThat(ipv4.podSide().getHostAddress()).isEqualTo("127.88.0.0");
    assertThat(ipv6.guestSide()).isEqualTo(InetAddress.ofLiteral("fd75:7275:6e6a:1::"));
    assertThat(ipv6.podSide()).isEqualTo(InetAddress.ofLiteral("fd75:7275:6e6a:2::"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip route add 169.254.223.0/24 dev eth0",
        "ip route add 169.254.223.128/25 via 10.1.0.1",
        "ip route add blackhole 169.254.223.7/32",
        "ip route add 198.51.100.0/24 via 169.254.223.254 dev eth0 onlink",
        "ip neigh add 169.254.223.9 lladdr 02:00:00:00:00:01 dev eth0",
        "ip address add 169.254.223.9/16 dev eth0",
        "ip address add 10.1.0.8 peer 169.254.223.9 dev eth0",
        "ip address add 169.254.223.9/32 dev lo",
      })
  void whatIsAsLongAsANetOrLongerIsAUseOfIt(String command) throws IOException {
    pod.shell(command);
    FabricNets.Family ipv4 = Objects.requireNonNull(nets("10.1.0.1").ipv4());
    assertThat(ipv4.guestSide().getHostAddress()).isEqualTo("169.254.197.0");
    assertThat(ipv4.podSide().getHostAddress()).isEqualTo("127.88.0.0");
  }

  @Test
  void familyWithoutAFreeNetDoesNotCostTheOther() throws IOException {
    List<String> lacking = new ArrayList<>();
    pod.shell(ALL_OF_IPV4);
    FabricNets nets = nets(lacking);
    assertThat(nets.ipv4()).isNull();
    assertThat(nets.ipv6()).isNotNull();
    assertThat(lacking)
        .singleElement()
        .asString()
        .startsWith("the pod's localhost is not shared by IPv4: ")
        .contains("169.254.223.0/24 (the route to 169.254.223.0/24)", "[network] alias_nets");
    lacking.clear();
    pod.shell("for net in 223 197 155 131; do ip route del 169.254.$net.0/24; done;" + ALL_OF_IPV6);
    nets = nets(lacking);
    assertThat(nets.ipv4()).isNotNull();
    assertThat(nets.ipv6()).isNull();
    assertThat(lacking)
        .singleElement()
        .asString()
        .startsWith("the pod's localhost is not shared by IPv6: ")
        .contains("fd75:7275:6e6a:4:0:0:0:0/112");
  }

  @Test
  void podThatUsesThemAllIsRefused() throws IOException {
    pod.shell(ALL_OF_IPV4 + ALL_OF_IPV6);
    assertThatThrownBy(() -> nets("10.1.0.1")).hasMessageContaining("fd75:7275:6e6a:2:0:0:0:0/112");
    pod.shell("ip -6 address flush dev eth0");
    assertThatThrownBy(() -> nets("10.1.0.1"))
        .hasMessageContaining("169.254.223.0/24 (the route to 169.254.223.0/24)")
        .hasMessageContaining("[network] alias_nets");
  }

  private FabricNets nets(List<String> lacking) throws IOException {
    return pod.network(network ->
        FreeAliasNets.choose(
            network.socket().route(),
            Objects.requireNonNull(network.podInterface()),
            List.of(),
            List.of(),
            lacking));
  }

  private FabricNets nets(String nameserver) throws IOException {
    return pod.network(network ->
        FreeAliasNets.choose(
            network.socket().route(),
            Objects.requireNonNull(network.podInterface()),
            List.of(InetAddress.ofLiteral(nameserver)),
            List.of(),
            new ArrayList<>()));
  }
}
