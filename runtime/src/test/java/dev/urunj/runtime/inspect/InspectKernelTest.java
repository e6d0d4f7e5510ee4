package dev.urunj.runtime.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.process.BootId;
import dev.urunj.linux.tap.Tap;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.netns.Verdict;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.Pod;
import dev.urunj.runtime.network.PodShare;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.network.fabric.Woven;
import dev.urunj.runtime.network.redirect.RedirectWiring;
import dev.urunj.runtime.pod.PodNetwork;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.Status;
import dev.urunj.runtime.state.WiringRecord;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A pod with a TAP that is held, as if a guest were behind it, and one thing that the test breaks.
@Needs(
    root = true,
    programs = {"ip", "tc", "sysctl", "python3"},
    files = "/dev/net/tun")
class InspectKernelTest {
  private static final InetSocketAddress RESOLVER =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.53"), 5353);

  /// Loads a classifier that says "next" and attaches it by `BPF_PROG_ATTACH` for good.
  private static final String ATTACH_TCX =
      """
      import ctypes, struct, platform, socket, sys
      libc = ctypes.CDLL(None, use_errno=True)
      number = 280 if platform.machine() == 'aarch64' else 321
      def bpf(command, attributes):
          buffer = ctypes.create_string_buffer(attributes, len(attributes))
          result = libc.syscall(number, command, buffer, len(attributes))
          if result < 0: sys.exit('bpf: errno %d' % ctypes.get_errno())
          return result
      code = ctypes.create_string_buffer(struct.pack('<BBhiBBhi', 0xb7, 0, 0, -1, 0x95, 0, 0, 0))
      license = ctypes.create_string_buffer(b'GPL')
      program = bpf(5, struct.pack('<IIQQIIQ', 3, 2, ctypes.addressof(code),
                                   ctypes.addressof(license), 0, 0, 0))
      bpf(8, struct.pack('<IIII', socket.if_nametoindex('eth0'), program, 46, 0))
      """;

  private NetworkNamespace pod;
  private Tap tap;

  @BeforeEach
  void open() throws IOException {
    pod = NetworkNamespace.create();
    shell(
        """
        ip link set lo up
        ip link add eth0 type veth peer name peer0
        ip link set eth0 addrgenmode none; ip link set peer0 addrgenmode none
        ip address add 10.1.0.2/24 dev eth0; ip address add fd00:1::2/64 dev eth0 nodad
        ip link set peer0 up; ip link set eth0 up
        ip route add default via 10.1.0.1
        until ip -br link show dev eth0 | grep -q LOWER_UP; do sleep 0.02; done
        """);
    tap =
        pod.call(() -> {
          try (PodNetwork network = PodNetwork.open()) {
            return network.openTap(network.freeTapName(), 0, 0, new Silent());
          }
        });
  }

  @AfterEach
  void close() throws IOException {
    tap.close();
    pod.close();
  }

  @Test
  void fabricThatStandsIsHealthyAndReadWithoutAChange() throws IOException {
    weave(List.of());
    String before = snapshot();
    PodSight seen = read(fabric());
    assertThat(snapshot()).isEqualTo(before);
    assertThat(broken(fabric())).isEqualTo("none");
    assertThat(Warnings.of(seen)).isEmpty();
    assertThat(seen.wiring().hooks())
        .extracting(hook -> Objects.requireNonNull(hook.ours()).program())
        .containsExactly("from_guest", "from_lo", "from_net");
    assertThat(seen.wiring().share().routes())
        .extracting(PodShare.LocalRoute::net)
        .containsExactly("127.88.0.0/16", "fd75:7275:6e6a:2:0:0:0:0/112");
    LinkSight eth0 = Objects.requireNonNull(seen.podInterface());
    assertThat(eth0.addresses()).containsExactly("10.1.0.2/24", "fd00:1:0:0:0:0:0:2/64");
    assertThat(Objects.requireNonNull(seen.tap()).rootQdisc()).isEqualTo("pfifo");
    assertThat(seen.wiring().share().traffic()).hasSize(22);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "filter-tap    | tc filter del dev tap0_urunc ingress prio 30066",
        "filter-lo     | tc filter del dev lo egress prio 30066",
        "filter-pod    | tc filter del dev eth0 ingress prio 30066",
        "qdisc         | tc qdisc del dev eth0 clsact",
        "qdisc         | tc qdisc del dev lo clsact; tc qdisc add dev lo ingress",
        "lo            | sysctl -qw net.ipv4.conf.lo.route_localnet=0",
        "lo            | sysctl -qw net.ipv4.conf.lo.accept_local=0",
        "lo            | sysctl -qw net.ipv4.conf.lo.rp_filter=1",
        "lo            | ip link set lo down",
        "routes        | ip route del local 127.88.0.0/16 dev lo table local",
        "routes        | ip -6 route del local fd75:7275:6e6a:2::/112 dev lo table local",
        "pod-interface | ip link set eth0 down",
        "pod-interface | ip link set peer0 down",
        "pod-interface | ip link del eth0",
        "tap           | ip link set tap0_urunc down",
        "maps          | ip link set eth0 address 02:00:00:00:00:77",
        "none          | sysctl -qw net.ipv4.conf.lo.rp_filter=0",
      })
  void whatSomebodyBreaksIsTheFirstBrokenHop(String hop, String command) throws IOException {
    weave(List.of());
    shell(command);
    assertThat(broken(fabric())).isEqualTo(hop);
  }

  /// What is advised must be what helps.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sysctl -qw net.ipv4.conf.lo.route_localnet=0",
        "ip route del local 127.88.0.0/16 dev lo table local",
        "ip -6 route del local fd75:7275:6e6a:2::/112 dev lo table local",
      })
  void adviceMendsIt(String command) throws IOException {
    weave(List.of());
    String before = snapshot();
    shell(command);
    Hop hop = Objects.requireNonNull(firstBroken(fabric()));
    String advice = Objects.requireNonNull(hop.advice());
    assertThat(advice).startsWith("nsenter --net=/pin ");
    shell(advice.replace("nsenter --net=/pin ", "") + " >/dev/null");
    assertThat(broken(fabric())).isEqualTo("none");
    assertThat(snapshot()).isEqualTo(before);
  }

  @Test
  void tapOfADeadMonitorIsGone() throws IOException {
    weave(List.of());
    tap.close();
    assertThat(broken(fabric())).isEqualTo("tap");
  }

  @Test
  void foreignFilterInFrontIsAWarningAndOneBehindIsNot() throws IOException {
    weave(List.of());
    shell("tc filter add dev eth0 ingress protocol ip prio 7 u32 match ip dst 1.2.3.4/32");
    shell("tc filter add dev lo egress protocol ip prio 40000 u32 match ip dst 1.2.3.4/32");
    assertThat(Warnings.of(read(fabric())))
        .singleElement()
        .asString()
        .contains("priority 7, u32", "way in of eth0");
    assertThat(broken(fabric())).isEqualTo("none");
  }

  /// Needs Linux 6.6; before, there is nothing to be warned of.
  @Test
  void tcxProgramInFrontIsAWarning() throws IOException {
    weave(List.of());
    boolean attached =
        pod.call(() -> {
          Process python = new ProcessBuilder("python3", "-c", ATTACH_TCX).start();
          return python.waitFor() == 0;
        });
    List<String> warnings = Warnings.of(read(fabric()));
    if (attached) {
      assertThat(warnings).singleElement().asString().contains("TCX", "way in of eth0");
    } else {
      assertThat(warnings).isEmpty();
    }
    assertThat(broken(fabric())).isEqualTo("none");
  }

  @Test
  void addressThatHasLeftThePodIsAWarningAndOneThatCameIsNot() throws IOException {
    shell("ip address add 10.1.0.9/32 dev eth0; ip address add fd00:1::9/128 dev eth0 nodad");
    weave(List.of());
    shell(
        """
        ip address del 10.1.0.9/32 dev eth0; ip address del fd00:1::9/128 dev eth0
        ip address add 10.1.0.10/32 dev eth0
        """);
    assertThat(Warnings.of(read(fabric())))
        .containsExactlyInAnyOrder(
            "10.1.0.9 has left eth0; the guest keeps it until its restart, but the pod does"
                + " not answer for it",
            "fd00:1:0:0:0:0:0:9 has left eth0; the guest keeps it until its restart, but the pod"
                + " does not answer for it");
    assertThat(broken(fabric())).isEqualTo("none");
  }

  @Test
  void resolverThatHasGoneIsTheBrokenHopUntilItIsBack() throws IOException {
    weave(List.of(RESOLVER));
    assertThat(broken(fabric())).isEqualTo("resolver");
    try (DatagramSocket socket = pod.call(() -> new DatagramSocket(RESOLVER))) {
      assertThat(socket.isBound()).isTrue();
      assertThat(broken(fabric())).isEqualTo("none");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none       | true",
        "filter-tap | tc filter del dev tap0_urunc ingress prio 30066",
        "filter-pod | tc filter del dev eth0 ingress prio 30066",
        "qdisc      | tc qdisc del dev eth0 clsact",
      })
  void redirectIsJudgedToo(String hop, String command) throws IOException {
    Link eth0 = joinBy(new RedirectWiring());
    shell(command);
    assertThat(broken(redirect())).isEqualTo(hop);
    assertThat(read(redirect()).podInterface())
        .extracting(LinkSight::index)
        .isEqualTo(eth0.index());
  }

  @Test
  void containerThatWasNotStartedHasNoFilterYet() throws IOException {
    WiringRecord wiring = WiringRecord.wanted(NetworkMode.AUTO, true);
    NetworkRecord created = network(null, wiring);
    assertThat(broken(created)).isEqualTo("none");
    assertThat(hops(created)).extracting(Hop::name).contains("filters");
  }

  private void weave(List<InetSocketAddress> resolvers) throws IOException {
    boolean _ =
        pod.call(() -> {
          try (PodNetwork network = PodNetwork.open()) {
            Woven.weave(network, tap.name(), resolvers, new Silent());
            return true;
          }
        });
  }

  private Link joinBy(Wiring wiring) throws IOException {
    return pod.call(() -> {
      try (PodNetwork network = PodNetwork.open()) {
        Pod.join(wiring, network, tap.name(), new Silent());
        return Objects.requireNonNull(network.podInterface()).link();
      }
    });
  }

  private NetworkRecord fabric() throws IOException {
    return network(
        "eth0",
        WiringRecord.wanted(NetworkMode.AUTO, true)
            .done(NetworkMode.FABRIC, "169.254.223.1", null, null));
  }

  private NetworkRecord redirect() throws IOException {
    return network(
        "eth0",
        WiringRecord.wanted(NetworkMode.AUTO, true).done(NetworkMode.REDIRECT, null, null, null));
  }

  private NetworkRecord network(@Nullable String podInterface, WiringRecord wiring)
      throws IOException {
    return new NetworkRecord(
        null, pod.identity(), BootId.read(), "tap0_urunc", podInterface, null, wiring);
  }

  private PodSight read(NetworkRecord network) throws IOException {
    return pod.call(() -> PodReader.read(network, "nsenter --net=/pin "));
  }

  private List<Hop> hops(NetworkRecord network) throws IOException {
    ContainerRecord record =
        ContainerRecord.begun("web", Path.of("/bundle"), "", new com.google.gson.JsonObject())
            .with(network);
    NamespaceSight namespace =
        new NamespaceSight(Path.of("/pin"), Verdict.USABLE, "", pod.identity().inode(), 0);
    return new Health(record, Status.RUNNING, "", namespace, read(network)).hops();
  }

  private @Nullable Hop firstBroken(NetworkRecord network) throws IOException {
    for (Hop hop : hops(network)) {
      if (hop.state() == Hop.State.BROKEN) {
        return hop;
      }
    }
    return null;
  }

  private String broken(NetworkRecord network) throws IOException {
    Hop hop = firstBroken(network);
    return hop == null ? "none" : hop.name();
  }

  private String snapshot() throws IOException {
    return shell(
            """
            ip -d link; ip addr; ip route show table all; tc qdisc show
            for d in lo eth0 tap0_urunc; do
              tc filter show dev $d ingress; tc filter show dev $d egress
            done 2>&1
            sysctl net.ipv4.conf.lo 2>&1
            """)
        .replaceAll("(valid_lft|preferred_lft) \\w+", "");
  }

  private String shell(String script) throws IOException {
    return pod.call(() -> {
      Process process =
          new ProcessBuilder("/bin/sh", "-ec", script).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s\n%s", script, output).isZero();
      return output;
    });
  }

  /// Keeps no journal: the namespace goes with the test.
  private static final class Silent implements Announcements {
    @Override
    public void announce(NetworkAct act) {}
  }
}
