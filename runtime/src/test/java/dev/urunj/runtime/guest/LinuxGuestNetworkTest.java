package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a Linux guest is told of its pod's network.
class LinuxGuestNetworkTest {
  @TempDir private Path directory;
  private PlannedLinux linux;

  @BeforeEach
  void begin() {
    linux = new PlannedLinux(directory);
  }

  @Test
  void networkIsToldToTheInitAndToThoseWhoReadTheLine() throws IOException {
    linux.network = PlannedLinux.network("10.1.2.3", 26, "10.1.2.1");
    BootPlan plan = linux.plan("/web");
    assertThat(plan.commandLine())
        .isEqualTo(
            PlannedLinux.HEAD
                + " ip=10.1.2.3::10.1.2.1:255.255.255.192:urunc:eth0:off:10.96.0.10:1.1.1.1"
                + " rdinit=/.urunj/init");
    assertThat(PlannedLinux.text(plan, "/.urunj/guest.conf"))
        .contains(
            "\0mac=02:00:00:00:00:01\0mtu=1400\0address=0a010203/26\0route=1 0a010200/26 0 0 - - 0 1\0"
                + "route=1 00000000/0 0 0 - 0a010201 0 1\0");
    assertThat(PlannedLinux.text(plan, "/.urunj/mounts/0"))
        .isEqualTo("nameserver 10.96.0.10\nnameserver fd00::1\nnameserver 1.1.1.1\nsearch local\n");
    assertThat(plan.networks()).containsExactly(new NetworkDevice("02:00:00:00:00:01", 1400));
  }

  @Test
  void gatewayOutsideTheSubnetIsOnLink() throws IOException {
    linux.network = PlannedLinux.network("10.1.2.3", 32, "169.254.1.1");
    assertThat(PlannedLinux.text(linux.plan("/web"), "/.urunj/guest.conf"))
        .contains("\0route=1 00000000/0 0 0 - a9fe0101 1 1\0");
  }

  @Test
  void whatHoldsInThePodIsInTheRecords() throws IOException {
    linux.network = PlannedLinux.strict(PlannedLinux.network("10.1.2.3", 26, "10.1.2.1"));
    linux.sysctls = List.of("net/ipv4/tcp_fin_timeout 9");
    assertThat(PlannedLinux.text(linux.plan("/web"), "/.urunj/guest.conf"))
        .contains("\0setting=net/ipv6/conf/eth0/accept_ra 0\0")
        .contains("\0rule=7 100 00000000/0 0a080000/16\0")
        .contains("\0route=8 0a070000/16 5 0 -\0")
        .contains(
            "\0route=1 00000000/0 4294967294 0 - fe800000000000000000000000000009 1 3"
                + " 0a010201 1 256\0")
        .contains("\0sysctl=net/ipv4/ping_group_range 0\t5\0")
        .contains("\0sysctl=net/ipv4/tcp_fin_timeout 9\0")
        .doesNotContain("tcp_fin_timeout 7");
  }

  @Test
  void routesWithoutGatewayComeFirst() throws IOException {
    linux.network =
        new GuestNetwork(
            "02:00:00:00:00:01",
            0,
            List.of(new GuestNetwork.Address(PlannedLinux.ip("fd00::2"), 64)),
            List.of(
                new GuestNetwork.Route(
                    PlannedLinux.ip("::"), 0, PlannedLinux.ip("fe80::1"), false, 0, null),
                new GuestNetwork.Route(
                    PlannedLinux.ip("fd01::"), 64, null, false, 1300, PlannedLinux.ip("fd00::2"))),
            List.of(),
            ResolvConf.EMPTY,
            PodLocalhost.NONE);
    String fd01 = "fd01" + "0".repeat(28);
    String fd00 = "fd00" + "0".repeat(27) + "2";
    String fe80 = "fe80" + "0".repeat(27) + "1";
    BootPlan plan = linux.plan("/web");
    assertThat(PlannedLinux.text(plan, "/.urunj/guest.conf"))
        .contains(
            "\0route=1 "
                + fd01
                + "/64 0 1300 "
                + fd00
                + " - 0 1\0route=1 "
                + "0".repeat(32)
                + "/0 0 0 - "
                + fe80
                + " 0 1\0");
    assertThat(plan.commandLine()).doesNotContain("ip=");
  }

  @Test
  void localhostOfThePodIsInEnvironmentAndHosts() throws IOException {
    linux.network = PlannedLinux.shared("10.1.2.1");
    assertThat(PlannedLinux.text(linux.plan("/web"), "/.urunj/guest.conf"))
        .contains(
            "\0env=A=1\0env=URUNJ_POD_LOCALHOST=169.254.223.1"
                + "\0env=URUNJ_POD_LOCALHOST6=fd75:0:0:0:0:0:0:1\0")
        .contains(
            "\0line=/etc/hosts 169.254.223.1 pod-localhost"
                + "\0line=/etc/hosts fd75:0:0:0:0:0:0:1 pod-localhost\0");
  }

  @Test
  void linesOfHostsGoIntoTheMountThatHoldsIt() throws IOException {
    linux.network = PlannedLinux.shared("10.1.2.1");
    linux.mounts.add(new BindMount(linux.directory, "/etc", true));
    linux.mounts.add(new BindMount(linux.source("hosts", ""), "/etc/hosts", true));
    linux.mounts.add(new BindMount(linux.directory, "/etc/hosts.d", true));
    assertThat(PlannedLinux.text(linux.plan("/web"), "/.urunj/guest.conf"))
        .contains("\0line=/.urunj/mounts/1 169.254.223.1 pod-localhost\0");
    linux.mounts.remove(1);
    assertThat(PlannedLinux.text(linux.plan("/web"), "/.urunj/guest.conf"))
        .contains("\0line=/.urunj/mounts/0/hosts 169.254.223.1 pod-localhost\0");
  }

  @Test
  void mountedResolverOnLoopbackIsReplacedOnTheLineAndInTheFile() throws IOException {
    linux.network = PlannedLinux.shared("127.0.0.11", "10.1.2.1");
    linux.mounts.add(
        new BindMount(linux.source("resolv", "nameserver 127.0.0.11\n"), "/etc/resolv.conf", true));
    BootPlan plan = linux.plan("/web");
    assertThat(plan.commandLine()).contains(":eth0:off:169.254.223.1:10.1.2.1 ");
    assertThat(PlannedLinux.text(plan, "/.urunj/mounts/0"))
        .isEqualTo("nameserver 169.254.223.1\nnameserver 10.1.2.1\noptions ndots:5\n");
    assertThat(PlannedLinux.text(plan, "/.urunj/guest.conf"))
        .contains("\0bind=0 ro /etc/resolv.conf\0")
        .doesNotContain("bind=1");
    assertThat(plan.notes()).isEmpty();
  }

  @Test
  void mountedResolverThatCanBeReachedStaysTheFileItIs() throws IOException {
    linux.network = PlannedLinux.shared("10.1.2.1");
    Path file = linux.source("resolv", "nameserver 10.1.2.1\n");
    linux.mounts.add(new BindMount(file, "/etc/resolv.conf", true));
    assertThat(linux.plan("/web").files())
        .contains(new GuestFile.Tree("/.urunj/mounts/0", file, "/etc/resolv.conf", false));
  }

  @Test
  void unreachableResolverIsANote() throws IOException {
    GuestNetwork alone = PlannedLinux.network("10.1.2.3", 24, "10.1.2.1");
    linux.network =
        new GuestNetwork(
            alone.mac(),
            0,
            alone.addresses(),
            alone.routes(),
            List.of(),
            new ResolvConf(List.of("127.0.0.53"), List.of(), List.of()),
            PodLocalhost.NONE);
    assertThat(linux.plan("/web").notes())
        .containsExactly(
            "nameserver \"127.0.0.53\": the guest cannot reach a loopback address of its pod");
  }

  @Test
  void addressThatIsLentIsTheGuestsButNotOnTheLineAndNotForUrunit() throws IOException {
    PodLocalhost both = PodLocalhostTest.BOTH;
    linux.network =
        new GuestNetwork(
            "02:00:00:00:00:01",
            0,
            List.of(new GuestNetwork.Address(InetAddress.ofLiteral("fd00::2"), 64)),
            List.of(),
            List.of(),
            ResolvConf.EMPTY,
            new PodLocalhost(both.ipv4(), both.ipv6(), Inet4Address.ofLiteral("169.254.223.254")));
    BootPlan plan = linux.plan("/web");
    assertThat(PlannedLinux.text(plan, "/.urunj/guest.conf")).contains("\0address=a9fedffe/32\0");
    assertThat(plan.commandLine()).doesNotContain("169.254");
    assertThat(PlannedLinux.text(linux.plan("/urunit", "/web"), "/urunit.conf"))
        .doesNotContain("169.254");
  }
}
