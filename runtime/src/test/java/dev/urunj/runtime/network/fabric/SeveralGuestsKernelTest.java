package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.bpf.BpfMap;
import dev.urunj.linux.bpf.BpfProgram;
import dev.urunj.linux.bpf.MapSpec;
import dev.urunj.linux.bpf.ProgramSpec;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.tap.Tap;
import dev.urunj.runtime.network.Announced;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.Pod;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.Taps;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Guests that join the fabric of others and leave it.
@Needs(
    root = true,
    programs = {"ip", "tc", "sysctl"},
    files = "/dev/net/tun")
class SeveralGuestsKernelTest {
  private static final FabricPort WEB = new FabricPort(FabricPort.TCP, 80);
  private static final FabricPort DNS = new FabricPort(FabricPort.UDP, 53);

  private final List<Tap> taps = new ArrayList<>();
  private Pod pod;
  private Link eth0;
  private String clean;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.withEth0();
    pod.shell("ip link set lo up");
    eth0 = pod.link("eth0");
    clean = pod.snapshot();
  }

  @AfterEach
  void close() throws IOException {
    for (Tap tap : taps) {
      tap.close();
    }
    pod.close();
  }

  @Test
  void firstGuestWithoutPortsIsTheOnlyOneThatIsAsked() throws IOException {
    guest();
    assertThat(guests()).isEqualTo("0 of tap0_urunc; default 0; several false; ports []");
  }

  @Test
  void firstGuestWithPortsHasItsFlowsRememberedForOthersMayCome() throws IOException {
    guest(WEB, DNS);
    assertThat(guests())
        .isEqualTo("0 of tap0_urunc; default 0; several true; ports [53/udp 0, 80/tcp 0]");
  }

  @Test
  void secondGuestJoinsAndChangesNothingButTheMaps() throws IOException {
    guest(WEB);
    String before = shared();
    Guest second = guest();
    assertThat(shared()).isEqualTo(before);
    assertThat(second.announced.steps)
        .containsExactly("route 127.88.0.0", "filter lo", "filter eth0");
    assertThat(guests())
        .isEqualTo("0 of tap0_urunc 1 of tap1_urunc; default 1; several true; ports [80/tcp 0]");
    assertThat(pod.shell("tc filter show dev tap1_urunc ingress")).contains("from_guest");
  }

  @Test
  void whereAllHaveDeclaredPortsTheLowestSlotHasTheRest() throws IOException {
    guest(WEB);
    guest(DNS);
    assertThat(guests()).contains("default 0; several true");
  }

  @Test
  void undoOfOneLeavesTheOtherAndUndoOfTheLastLeavesNothing() throws IOException {
    Guest first = guest();
    Guest second = guest(WEB);
    String before = shared();
    end(first);
    assertThat(shared()).isEqualTo(before);
    assertThat(guests()).isEqualTo("1 of tap1_urunc; default 1; several true; ports [80/tcp 1]");
    undo(first);
    end(second);
    assertThat(pod.snapshot()).isEqualTo(clean);
    assertThat(pod.shell("sysctl net.ipv4.conf.lo.route_localnet")).contains("= 0");
  }

  @Test
  void deadGuestStandsForGarbageUntilItIsUndone() throws IOException {
    Guest first = guest(WEB);
    Guest second = guest(DNS);
    die(first);
    NetworkAct act = first.announced.ofFabric().getFirst();
    NetworkAct other = second.announced.ofFabric().getFirst();
    assertThat(pod.<Boolean>network(network -> Pod.stands(act, network))).isTrue();
    assertThat(pod.<Boolean>network(network -> Pod.stands(other, network))).isTrue();
    undo(first);
    assertThat(pod.<Boolean>network(network -> Pod.stands(act, network))).isFalse();
    assertThat(guests()).isEqualTo("1 of tap1_urunc; default 1; several true; ports [53/udp 1]");
  }

  @Test
  void slotAndPortsOfADeadGuestAreTheNextOnes() throws IOException {
    Guest first = guest(WEB);
    guest(DNS);
    flow(first, 0);
    die(first);
    guest(WEB);
    assertThat(guests())
        .isEqualTo(
            "0 of tap0_urunc 1 of tap1_urunc; default 0; several true; ports [53/udp 1, 80/tcp 0]");
    try (LivingFabric fabric = fabric()) {
      assertThat(MapBytes.keys(fabric.map("flows"))).as("flows of the dead").isEmpty();
    }
  }

  @Test
  void eachGuestHasTheAddressesOfItsOwnStartAndTakesThemAlong() throws IOException {
    String mac = Objects.requireNonNull(eth0.mac()).toString();
    pod.shell("ip address add 10.1.0.9/32 dev eth0");
    Guest first = guest(WEB);
    assertThat(addresses()).containsExactly("10.1.0.2 101", "10.1.0.9 101", linkLocal(mac) + " 1");
    pod.shell(
        "ip address del 10.1.0.9/32 dev eth0; ip address add 10.1.0.10/32 dev eth0;"
            + " ip address add %s/64 dev eth0 nodad".formatted(linkLocal(mac)));
    Guest second = guest();
    assertThat(addresses())
        .containsExactly("10.1.0.10 102", "10.1.0.2 103", "10.1.0.9 101", linkLocal(mac) + " 103");
    end(first);
    assertThat(addresses())
        .containsExactly("10.1.0.10 102", "10.1.0.2 102", linkLocal(mac) + " 102");
    end(second);
  }

  private static String linkLocal(String mac) throws IOException {
    return PodInterface.linkLocal(MacAddress.parse(mac)).getHostAddress();
  }

  /// With their holders in hexadecimal digits.
  private List<String> addresses() throws IOException {
    List<String> addresses = new ArrayList<>();
    try (LivingFabric fabric = fabric()) {
      BpfMap map = fabric.map("addresses");
      for (byte[] key : MapBytes.keys(map)) {
        int holders = MapBytes.number(Objects.requireNonNull(map.lookup(key)));
        addresses.add(
            HeldAddresses.addressOf(key).getHostAddress() + " " + Integer.toHexString(holders));
      }
    }
    Collections.sort(addresses);
    return addresses;
  }

  @Test
  void ninthGuestIsRefusedAndTheEightStay() throws IOException {
    for (int i = 0; i < FabricGuest.MOST; i++) {
      guest(new FabricPort(FabricPort.TCP, 8000 + i));
    }
    String before = guests();
    assertThatThrownBy(() -> guest(WEB)).hasMessageContaining("the pod has 8 guests already");
    assertThat(guests()).isEqualTo(before);
  }

  @Test
  void portOfAnotherIsRefusedAndTheOtherStays() throws IOException {
    guest(WEB);
    String before = guests();
    assertThatThrownBy(() -> guest(DNS, WEB))
        .hasMessage("another guest of the pod has declared port 80/tcp")
        .hasNoSuppressedExceptions();
    assertThat(guests()).isEqualTo(before);
    assertThat(pod.shell("tc filter show dev tap1_urunc ingress")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"route 127.88.0.0", "filter lo", "filter eth0"})
  void failureInTheMiddleLeavesTheFirstGuestAsItWas(String step) throws IOException {
    guest(WEB);
    String before = guests();
    String filters = shared();
    assertThatThrownBy(() -> guest(new Announced(step), DNS))
        .hasMessage("injected at " + step)
        .hasNoSuppressedExceptions();
    assertThat(guests()).isEqualTo(before);
    assertThat(shared()).isEqualTo(filters);
    assertThat(pod.shell("tc filter show dev tap1_urunc ingress")).isEmpty();
    guest(DNS);
  }

  @Test
  void filterThatSomebodyTookAwayComesBackWithTheNextGuest() throws IOException {
    guest(WEB);
    String before = shared().replaceAll(" id \\d+", "");
    pod.shell("tc filter del dev eth0 ingress; tc filter del dev lo egress");
    guest(DNS);
    assertThat(shared().replaceAll(" id \\d+", "")).isEqualTo(before);
  }

  @Test
  void fabricWithOtherProgramsIsRefusedAndStays() throws IOException {
    guest(WEB);
    replaceProgramAtEth0(FabricObject.read().maps());
    String before = shared() + guests();
    assertThatThrownBy(() -> guest(DNS))
        .isInstanceOf(OtherFabricException.class)
        .hasMessageContaining("another version of urunj: its program from_net has the tag ")
        .hasNoSuppressedExceptions();
    assertThat(shared() + guests()).isEqualTo(before);
  }

  @Test
  void fabricWithOtherMapsIsRefusedAndItsGuestsCanBeUndone() throws IOException {
    Guest first = guest(WEB);
    Guest second = guest(DNS);
    MapSpec other = new MapSpec("settings", MapSpec.BPF_MAP_TYPE_ARRAY, 4, 176, 1, 0);
    replaceProgramAtEth0(List.of(other));
    assertThatThrownBy(() -> guest())
        .isInstanceOf(OtherFabricException.class)
        .hasMessageContaining(
            "another version of urunj: its map settings is of type 2 with 1 times"
                + " 4 and 176 bytes; expected");
    end(first);
    end(second);
    assertThat(pod.shell("tc filter show dev eth0 ingress; tc filter show dev lo egress"))
        .isEmpty();
  }

  /// One that only reads the first map, in place of the one that stands.
  private void replaceProgramAtEth0(List<MapSpec> maps) throws IOException {
    byte[] code = new byte[40]; // r1 = map; r0 = -1; r0 = -1; exit
    code[0] = 0x18;
    code[1] = 0x11;
    code[16] = (byte) 0xb7;
    code[20] = code[21] = code[22] = code[23] = -1;
    System.arraycopy(code, 16, code, 24, 8);
    code[32] = (byte) 0x95;
    List<ProgramSpec.MapReference> references =
        List.of(new ProgramSpec.MapReference(0, maps.getFirst().name()));
    ProgramSpec spec = new ProgramSpec("from_net", "tc/from_net", "GPL", code, references);
    boolean same = maps.size() > 1;
    try (LivingFabric fabric = fabric();
        BpfMap other = BpfMap.create(maps.getFirst());
        BpfProgram program = BpfProgram.load(spec, same ? fabric.maps() : List.of(other))) {
      boolean _ =
          pod.call(() -> {
            try (RouteSocket socket = RouteSocket.open()) {
              new FabricFilters(socket).put(eth0.index(), Filter.INGRESS, program.fd());
              return true;
            }
          });
    }
  }

  private record Guest(Tap tap, int index, Announced announced) {}

  private Guest guest(FabricPort... ports) throws IOException {
    return guest(new Announced(), ports);
  }

  private Guest guest(Announced announced, FabricPort... ports) throws IOException {
    Tap tap = pod.network(network -> network.openTap(network.freeTapName(), 0, 0, new Announced()));
    taps.add(tap);
    int index = pod.link(tap.name()).index();
    try {
      pod.run(network -> {
        PodInterface found = Objects.requireNonNull(network.podInterface());
        if (!FabricUndo.in(network.socket()).others(index).isEmpty()) {
          new FabricWiring().clear(network.socket(), found.link(), index);
        }
        FabricNets nets;
        try (LivingFabric standing = LivingFabric.in(network.socket())) {
          nets =
              standing == null
                  ? FreeAliasNets.choose(
                      network.socket().route(), found, List.of(), List.of(), new ArrayList<>())
                  : standing.settings().nets();
        }
        FabricWiring.attach(
            new FabricPlan(found.link(), nets, found.hosts(), true, List.of(), List.of(ports)),
            new Taps(network.socket().route()).find(tap.name()),
            network.socket(),
            announced,
            FabricLoad.whenAsked());
      });
    } catch (IOException e) {
      taps.remove(tap);
      if (e instanceof OtherFabricException) {
        tap.close();
      }
      throw e;
    }
    return new Guest(tap, index, announced);
  }

  private void die(Guest guest) throws IOException {
    taps.remove(guest.tap);
    guest.tap.close();
  }

  private void end(Guest guest) throws IOException {
    die(guest);
    undo(guest);
  }

  private void undo(Guest guest) throws IOException {
    pod.run(network -> {
      for (NetworkAct act : guest.announced.ofFabric().reversed()) {
        assertThat(((FabricAct) act).tapIndex()).isEqualTo(guest.index);
        Pod.undo(act, network);
      }
    });
  }

  private void flow(Guest guest, int slot) throws IOException {
    try (LivingFabric fabric = fabric()) {
      BpfMap flows = fabric.map("flows");
      flows.update(new byte[flows.spec().keySize()], MapBytes.number(slot));
    }
    assertThat(guest.index).isPositive();
  }

  private LivingFabric fabric() throws IOException {
    return pod.network(network -> Objects.requireNonNull(LivingFabric.in(network.socket())));
  }

  /// What the guests share, as the tools print it.
  private String shared() throws IOException {
    return pod.shell(
        "tc filter show dev eth0 ingress; tc filter show dev lo egress; tc qdisc show dev lo;"
            + " ip route show table local dev lo; sysctl net.ipv4.conf.lo.rp_filter");
  }

  /// What the maps have of guests, with the names of their TAPs.
  private String guests() throws IOException {
    StringBuilder text = new StringBuilder();
    try (LivingFabric fabric = fabric()) {
      for (FabricGuest guest : fabric.guests()) {
        String name =
            pod.shell("ip -o link | sed -n 's/^" + guest.tapIndex() + ": \\([^:]*\\).*/\\1/p'");
        text.append(guest.slot()).append(" of ").append(name.strip()).append(' ');
        byte[] slot = fabric.map("taps").lookup(MapBytes.number(guest.tapIndex()));
        assertThat(MapBytes.number(Objects.requireNonNull(slot))).isEqualTo(guest.slot());
      }
      List<String> ports = new ArrayList<>();
      for (FabricPort.Owned port : fabric.ports()) {
        ports.add(port.port().text() + " " + port.slot());
      }
      FabricSettings settings = fabric.settings();
      return text.toString().strip()
          + "; default "
          + settings.defaultGuest()
          + "; several "
          + settings.severalGuests()
          + "; ports "
          + ports.stream().sorted().toList();
    }
  }
}
