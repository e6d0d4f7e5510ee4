package dev.urunj.runtime.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.netns.Verdict;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.network.Hop.State;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.WiringSight;
import dev.urunj.runtime.network.fabric.StandingFabric;
import dev.urunj.runtime.network.fixed.StandingTable;
import dev.urunj.runtime.network.redirect.StandingRedirect;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.Status;
import dev.urunj.runtime.state.WiringRecord;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthTest {
  private static final WiringRecord WANTED = WiringRecord.wanted(NetworkMode.AUTO, true);
  private static final LinkSight ETH0 = link("eth0", 2, true, true);
  private static final LinkSight TAP = link("tap0_urunc", 3, true, true);

  private Status status = Status.RUNNING;
  private Status recorded = Status.RUNNING;
  private String lastWords = "";
  private Verdict verdict = Verdict.USABLE;
  private @Nullable NetworkRecord network =
      network("eth0", null, WANTED.done(NetworkMode.REDIRECT, null, null, null));
  private @Nullable PodSight pod = redirected(ETH0, TAP, 3, 2);

  @Test
  void redirectThatStandsIsHealthy() {
    assertThat(hops()).extracting(Hop::state).containsOnly(State.OK);
    assertThat(hops())
        .extracting(Hop::name)
        .containsExactly(
            "monitor",
            "namespace",
            "pod-interface",
            "tap",
            "tap-carrier",
            "qdisc",
            "filter-tap",
            "filter-pod",
            "guest");
  }

  @Test
  void firstOfTwoBrokenHopsComesFirst() {
    pod = redirected(link("eth0", 2, false, true), link("tap0_urunc", 3, true, false), 3, 2);
    assertThat(broken()).extracting(Hop::name).containsExactly("pod-interface", "tap-carrier");
  }

  @Test
  void filterThatLeadsToALinkThatIsGoneIsBroken() {
    pod = redirected(ETH0, TAP, 0, 2);
    assertThat(broken()).extracting(Hop::name).containsExactly("filter-pod");
  }

  @Test
  void monitorThatDiedIsToldWithItsLastWords() {
    status = Status.STOPPED;
    lastWords = "qemu: no memory";
    assertThat(broken())
        .singleElement()
        .extracting(Hop::detail)
        .asString()
        .isEqualTo("monitor, pid 4711, is dead; it said last: qemu: no memory");
  }

  @Test
  void monitorThatWasStoppedDidNotDieByItself() {
    status = Status.STOPPED;
    recorded = Status.STOPPED;
    assertThat(broken())
        .singleElement()
        .extracting(Hop::detail)
        .asString()
        .isEqualTo("monitor, pid 4711, has been stopped");
  }

  @Test
  void nothingOfAStoppedContainerBehindItsMonitorIsBlamed() {
    status = Status.STOPPED;
    pod = redirected(ETH0, null, 0, 0);
    assertThat(broken()).extracting(Hop::name).containsExactly("monitor");
  }

  @Test
  void pausedGuestIsBrokenAndAdviceResumesIt() {
    status = Status.PAUSED;
    assertThat(broken()).singleElement().extracting(Hop::advice).isEqualTo("urunj resume web");
  }

  @Test
  void containerThatIsBeingCreatedIsNotBroken() {
    status = Status.CREATING;
    network = null;
    assertThat(hops()).extracting(Hop::state).containsOnly(State.PENDING);
  }

  @Test
  void namespaceThatIsNotYetPinnedIsNotBroken() {
    status = Status.CREATING;
    verdict = Verdict.MISSING;
    pod = null;
    assertThat(hops()).extracting(Hop::state).containsOnly(State.PENDING);
  }

  @Test
  void createdContainerWaitsForItsStart() {
    status = Status.CREATED;
    network = network(null, null, WANTED);
    pod = sight(ETH0, link("tap0_urunc", 3, false, true), WiringSight.NONE);
    assertThat(broken()).isEmpty();
    assertThat(hops().getLast().state()).isEqualTo(State.PENDING);
  }

  @ParameterizedTest
  @EnumSource(value = Verdict.class, names = "USABLE", mode = EnumSource.Mode.EXCLUDE)
  void namespaceThatIsNotTheRecordedOneEndsTheWay(Verdict found) {
    verdict = found;
    pod = null;
    assertThat(broken()).extracting(Hop::name).containsExactly("namespace");
    assertThat(hops()).hasSize(2);
  }

  @Test
  void guestWithoutNetworkIsHealthyAsLongAsThePodHasNone() {
    network = network(null, "no interface", WANTED);
    pod = sight(null, null, WiringSight.NONE);
    assertThat(broken()).isEmpty();
    pod = sight(ETH0, null, WiringSight.NONE);
    assertThat(broken()).extracting(Hop::name).containsExactly("pod-interface");
  }

  @Test
  void tapThatIsGoneEndsTheWay() {
    pod = redirected(ETH0, null, 3, 2);
    assertThat(hops().getLast().name()).isEqualTo("tap");
    assertThat(broken()).extracting(Hop::name).containsExactly("tap");
  }

  @Test
  void guestThatHasSentNothingIsNotBlamed() {
    LinkSight silent =
        new LinkSight(
            "tap0_urunc",
            3,
            "02:00:00:00:00:01",
            1500,
            true,
            true,
            "pfifo",
            List.of(),
            new LinkTraffic(0, 0, 0, 5, 300, 0));
    pod = redirected(ETH0, silent, 3, 2);
    assertThat(broken()).isEmpty();
    assertThat(hops().getLast().state()).isEqualTo(State.PENDING);
  }

  @Test
  void mapsThatCannotBeReadAreUnknownAndNotBroken() {
    network = network("eth0", null, WANTED.done(NetworkMode.FABRIC, "169.254.223.1", null, null));
    pod = woven("bpf(BPF_PROG_GET_FD_BY_ID, 7) = -1 EPERM");
    assertThat(broken()).isEmpty();
    assertThat(hops())
        .filteredOn(hop -> hop.state() == State.UNKNOWN)
        .extracting(Hop::name)
        .containsExactly("maps", "routes");
  }

  @Test
  void staticNetworkNeedsItsTableAndForwardingAndNoFilters() {
    network = network("eth0", null, WANTED.done(NetworkMode.STATIC, null, null, "172.16.1.2"));
    pod = apart(true, true);
    assertThat(hops()).extracting(Hop::state).containsOnly(State.OK);
    assertThat(hops())
        .extracting(Hop::name)
        .contains("table", "forwarding")
        .doesNotContain("qdisc");
    pod = apart(false, false);
    assertThat(broken()).extracting(Hop::name).containsExactly("table", "forwarding");
  }

  private List<Hop> hops() {
    ContainerRecord record =
        ContainerRecord.begun("web", Path.of("/bundle"), "", new JsonObject())
            .with(recorded)
            .with(new ProcessIdentity(4711, 1, "boot"));
    if (network != null) {
      record = record.with(network);
    }
    NamespaceSight namespace =
        network == null ? null : new NamespaceSight(Path.of("/pin"), verdict, "is another", 7, 8);
    return new Health(record, status, lastWords, namespace, pod).hops();
  }

  private List<Hop> broken() {
    return hops().stream().filter(hop -> hop.state() == State.BROKEN).toList();
  }

  private static LinkSight link(String name, int index, boolean up, boolean carrier) {
    return new LinkSight(
        name,
        index,
        "02:00:00:00:00:01",
        1500,
        up,
        carrier,
        "pfifo",
        List.of(),
        new LinkTraffic(1, 60, 0, 1, 60, 0));
  }

  private static NetworkRecord network(
      @Nullable String podInterface, @Nullable String note, WiringRecord wiring) {
    return new NetworkRecord(
        null,
        new NetworkNamespaceIdentity(1, 2, 3),
        "boot",
        "tap0_urunc",
        podInterface,
        note,
        wiring);
  }

  private static PodSight redirected(
      LinkSight eth0, @Nullable LinkSight tap, int podTo, int tapTo) {
    return sight(eth0, tap, StandingRedirect.sight(request(eth0, tap), podTo, tapTo));
  }

  private static PodSight apart(boolean table, boolean forwarding) {
    return sight(ETH0, TAP, StandingTable.sight(kernels(ETH0), kernels(TAP), table, forwarding));
  }

  private static PodSight woven(String failure) {
    return sight(ETH0, TAP, StandingFabric.unread(request(ETH0, TAP), failure));
  }

  private static PodSight sight(
      @Nullable LinkSight eth0, @Nullable LinkSight tap, WiringSight wiring) {
    return new PodSight(eth0, tap, link("lo", 1, true, true), wiring);
  }

  private static LookRequest request(LinkSight eth0, @Nullable LinkSight tap) {
    return new LookRequest(
        kernels(eth0),
        tap == null ? null : kernels(tap),
        kernels(link("lo", 1, true, true)),
        "nsenter --net=/pin ");
  }

  /// The kernel's own view of what `inspect` shows.
  private static Link kernels(LinkSight link) {
    return new Link(
        link.index(),
        link.name(),
        Link.ARPHRD_ETHER,
        link.isUp() ? 1 : 0,
        link.mtu(),
        1000,
        null,
        null,
        link.carrier(),
        Link.IF_OPER_UP,
        0,
        0,
        -1,
        false);
  }
}
