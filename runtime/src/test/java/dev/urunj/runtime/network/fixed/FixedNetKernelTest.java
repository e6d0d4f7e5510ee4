package dev.urunj.runtime.network.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.netlink.InstalledRule;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.NetfilterBatch;
import dev.urunj.linux.netlink.NetfilterSocket;
import dev.urunj.linux.netlink.NetfilterTable;
import dev.urunj.linux.tap.Tap;
import dev.urunj.runtime.network.Announced;
import dev.urunj.runtime.network.Pod;
import dev.urunj.runtime.network.redirect.RedirectWiring;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"ip", "tc"},
    files = "/dev/net/tun")
class FixedNetKernelTest {
  private static final String SETTINGS =
      "for d in all default lo eth0; do grep -r . /proc/sys/net/ipv4/conf/$d | sort; done;"
          + " cat /proc/sys/net/ipv4/ip_forward;";
  private static final NetfilterTable OURS =
      new NetfilterTable(NetfilterTable.NFPROTO_IPV4, FixedNet.TABLE, "");

  private Pod pod;
  private Link eth0;
  private String clean;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.withEth0();
    eth0 = pod.link("eth0");
    clean = snapshot();
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  @Test
  void whatWasMadeIsUndoneAsIfItHadNeverBeen() throws IOException {
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      int index = join(tap, announced);
      assertThat(pod.shell("ip -br -4 address show dev " + tap.name())).contains("172.16.1.1/24");
      assertThat(pod.shell("ip -6 address show dev " + tap.name())).isEmpty();
      assertThat(forwarding("eth0")).isEqualTo("1\n");
      assertThat(forwarding(tap.name())).isEqualTo("1\n");
      assertThat(pod.shell("cat /proc/sys/net/ipv4/ip_forward")).isEqualTo("0\n");
      assertThat(tables()).extracting(NetfilterTable::name).containsExactly("urunj-static");
      assertThat(comments())
          .containsExactly(
              "from the guest to the world",
              "from the guest",
              "not from the guest's address",
              "the guest is in its pod only");
      assertThat(isDead()).isFalse();
      undo(index);
      undo(index);
    }
    assertThat(announced.steps).containsExactly("masquerade");
    assertThat(snapshot()).isEqualTo(clean);
  }

  @Test
  void nothingIsDoneThatCannotBeAnnounced() throws IOException {
    try (Tap tap = openTap()) {
      assertThatThrownBy(() -> join(tap, new Announced("masquerade")))
          .hasMessage("injected at masquerade")
          .hasNoSuppressedExceptions();
    }
    assertThat(snapshot()).isEqualTo(clean);
  }

  @Test
  void failureAfterTheTableRollsBackAndLeavesTheTapForAnotherWiring() throws IOException {
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      pod.shell("ip address add 172.16.1.1/24 dev " + tap.name());
      assertThatThrownBy(() -> join(tap, announced)).hasMessageContaining("EEXIST");
      assertThat(tables()).isEmpty();
      assertThat(forwarding("eth0")).isEqualTo("0\n");
      assertThat(pod.shell("ip -br address show dev " + tap.name())).doesNotContain("172.16");
      pod.run(network -> Pod.join(new RedirectWiring(), network, tap.name(), announced));
      assertThat(pod.shell("tc filter show dev eth0 ingress")).contains("mirred");
    }
  }

  @Test
  void tableOfSomebodyElseWithOurNameIsRefusedAndStays() throws IOException {
    NetfilterTable foreign =
        new NetfilterTable(NetfilterTable.NFPROTO_IPV4, FixedNet.TABLE, "mine");
    commit(new NetfilterBatch().addTable(foreign));
    try (Tap tap = openTap()) {
      assertThatThrownBy(() -> join(tap, new Announced()))
          .hasMessageContaining("ip urunj-static")
          .hasMessageContaining("EEXIST");
      pod.run(network -> new FixedNet(network.socket().route()).removeDead());
    }
    assertThat(tables()).containsExactly(foreign);
    assertThat(forwarding("eth0")).isEqualTo("0\n");
  }

  @Test
  void tablesOfOthersStay() throws IOException {
    NetfilterTable inet = new NetfilterTable(NetfilterTable.NFPROTO_INET, FixedNet.TABLE, "a");
    NetfilterTable nat = new NetfilterTable(NetfilterTable.NFPROTO_IPV4, "nat", "");
    commit(new NetfilterBatch().addTable(inet).addTable(nat));
    try (Tap tap = openTap()) {
      int index = join(tap, new Announced());
      assertThat(tables()).hasSize(3);
      undo(index);
    }
    assertThat(tables()).containsExactlyInAnyOrder(inet, nat);
  }

  @Test
  void forwardingThatWasOnStaysOn() throws IOException {
    pod.shell("echo 1 >/proc/sys/net/ipv4/conf/eth0/forwarding");
    try (Tap tap = openTap()) {
      undo(join(tap, new Announced()));
    }
    assertThat(forwarding("eth0")).isEqualTo("1\n");
  }

  @Test
  void forwardingThatSomebodySwitchedOffMeanwhileStaysOff() throws IOException {
    try (Tap tap = openTap()) {
      int index = join(tap, new Announced());
      pod.shell("echo 0 >/proc/sys/net/ipv4/conf/eth0/forwarding");
      undo(index);
    }
    assertThat(snapshot()).isEqualTo(clean);
  }

  @Test
  void whatIsSwitchedOnAfterTheUndoIsNotOurs() throws IOException {
    try (Tap tap = openTap()) {
      int index = join(tap, new Announced());
      undo(index);
      pod.shell("echo 1 >/proc/sys/net/ipv4/conf/eth0/forwarding");
      undo(index);
    }
    assertThat(forwarding("eth0")).isEqualTo("1\n");
  }

  @Test
  void nextGuestTakesBackWhatADeadOneLeftAndNothingIsThereTwice() throws IOException {
    int first;
    try (Tap tap = openTap()) {
      first = join(tap, new Announced());
    }
    try (Tap tap = openTap()) {
      int second = join(tap, new Announced());
      assertThat(comments()).hasSize(4);
      undo(first);
      assertThat(comments()).as("the late delete takes nothing").hasSize(4);
      assertThat(forwarding("eth0")).isEqualTo("1\n");
      undo(second);
    }
    assertThat(snapshot()).isEqualTo(clean);
  }

  @Test
  void whatADeadGuestLeftIsFoundAndRemovedWithoutAJournal() throws IOException {
    try (Tap tap = openTap()) {
      join(tap, new Announced());
      pod.run(network -> new FixedNet(network.socket().route()).removeDead());
      assertThat(comments()).as("its guest lives").hasSize(4);
    }
    assertThat(hasTraces()).isTrue();
    assertThat(isDead()).isTrue();
    pod.run(network -> new FixedNet(network.socket().route()).removeDead());
    assertThat(isDead()).isFalse();
    assertThat(snapshot()).isEqualTo(clean);
  }

  @Test
  void undoWithoutTheLinkOfThePodIsDone() throws IOException {
    try (Tap tap = openTap()) {
      int index = join(tap, new Announced());
      pod.shell("ip link delete eth0");
      undo(index);
    }
    assertThat(tables()).isEmpty();
  }

  @Test
  void forwardingComesBackAtALinkThatWasRenamed() throws IOException {
    try (Tap tap = openTap()) {
      int index = join(tap, new Announced());
      pod.shell("ip link set eth0 down; ip link set eth0 name net.0");
      undo(index);
    }
    assertThat(forwarding("net.0")).isEqualTo("0\n");
  }

  @ParameterizedTest
  @CsvSource({
    "ip address add 172.16.5.7/16 dev eth0, the address 172.16.5.7/16 of eth0",
    "ip address add 172.16.1.9/32 dev lo, the address 172.16.1.9/32 of lo",
    "ip route add 172.16.0.0/12 via 10.1.0.1, the route to 172.16.0.0/12",
    "ip address add 172.16.1.9 peer 10.2.0.1 dev eth0, the address 172.16.1.9 of eth0",
    "ip route replace default via 172.16.1.1 dev eth0 onlink, the gateway 172.16.1.1",
    "ip route add blackhole 172.16.1.64/26, the route to 172.16.1.64/26"
  })
  void whatOverlapsIsNamed(String command, String collision) throws IOException {
    pod.shell(command);
    assertThat(collision("10.1.0.1")).isEqualTo(collision);
  }

  @Test
  void nameServerInTheNetIsNamed() throws IOException {
    assertThat(collision("172.16.1.53")).isEqualTo("the name server 172.16.1.53");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip route add 0.0.0.0/1 via 10.1.0.1; ip route add 128.0.0.0/1 via 10.1.0.1",
        "ip address add 172.16.2.1/24 dev eth0",
        "ip address add 172.16.1.1/24 dev tap0_urunc; ip link set tap0_urunc up"
      })
  void neighboursAndDefaultRoutesAndItsOwnTapAreNoCollision(String command) throws IOException {
    try (Tap _ = openTap()) {
      pod.shell(command);
      assertThat(collision("10.1.0.1")).isEqualTo("none");
    }
  }

  private String collision(String nameserver) throws IOException {
    return pod.network(network -> {
      List<InetAddress> nameservers = List.of(InetAddress.ofLiteral(nameserver));
      return Objects.requireNonNullElse(
          new FixedNet(network.socket().route()).collision("tap0_urunc", nameservers), "none");
    });
  }

  private Tap openTap() throws IOException {
    return pod.network(network -> network.openTap(network.freeTapName(), 0, 0, new Announced()));
  }

  private int join(Tap tap, Announced announced) throws IOException {
    int index = pod.link(tap.name()).index();
    pod.run(network -> {
      Pod.join(new FixedWiring(), network, tap.name(), announced);
    });
    return index;
  }

  private void undo(int tapIndex) throws IOException {
    pod.run(network -> {
      new FixedNet(network.socket().route()).undo(tapIndex);
      assertThat(new FixedNet(network.socket().route()).stands(tapIndex)).isFalse();
    });
  }

  private boolean isDead() throws IOException {
    return pod.network(network -> new FixedNet(network.socket().route()).isDead());
  }

  private boolean hasTraces() throws IOException {
    return pod.network(network -> new FixedNet(network.socket().route()).hasTraces(eth0));
  }

  private String forwarding(String link) throws IOException {
    return pod.shell("cat /proc/sys/net/ipv4/conf/" + link + "/forwarding");
  }

  private void commit(NetfilterBatch batch) throws IOException {
    boolean _ =
        pod.call(() -> {
          try (NetfilterSocket socket = NetfilterSocket.open()) {
            socket.commit(batch);
            return true;
          }
        });
  }

  private List<NetfilterTable> tables() throws IOException {
    return pod.call(() -> {
      try (NetfilterSocket socket = NetfilterSocket.open()) {
        return socket.tables();
      }
    });
  }

  private List<String> comments() throws IOException {
    return pod.call(() -> {
      List<String> comments = new ArrayList<>();
      try (NetfilterSocket socket = NetfilterSocket.open()) {
        for (InstalledRule rule : socket.rules(OURS)) {
          comments.add(rule.comment());
        }
      }
      return comments;
    });
  }

  private String snapshot() throws IOException {
    return pod.snapshot() + pod.shell(SETTINGS) + tables();
  }
}
