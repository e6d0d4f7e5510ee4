package dev.urunj.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"ip", "tc"})
class TrafficControlKernelTest {
  private static final byte[] COOKIE = "urunj:0123456789".getBytes(UTF_8);

  private TestNetns pod;
  private RouteSocket socket;
  private int eth0;
  private int target;
  private Redirect redirect;

  @BeforeEach
  void open() throws Exception {
    pod = TestNetns.create();
    socket = pod.call(RouteSocket::open);
    eth0 = socket.addVeth("eth0", "peer0", null);
    socket.addVeth("target0", "peer1", null);
    target = Objects.requireNonNull(socket.link("target0")).index();
    redirect = new Redirect(eth0, Filter.INGRESS, 49, 0xd1, target, COOKIE);
  }

  @AfterEach
  void close() throws Exception {
    socket.close();
    pod.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress", "clsact"})
  void redirectIsAddedUnderEitherQdiscAtTheSameParent(String kind) throws Exception {
    addIngress(kind);
    socket.addRedirect(redirect);
    assertThat(pod.shell("tc -j filter show dev eth0 ingress"))
        .contains("\"protocol\":\"all\",\"pref\":49,\"kind\":\"u32\"")
        .contains("\"fh\":\"800::d1\"")
        .contains("\"match\":{\"value\":\"0\",\"mask\":\"0\"")
        .contains("\"mirred_action\":\"redirect\",\"direction\":\"egress\",\"to_dev\":\"target0\"")
        .contains("\"control_action\":{\"type\":\"stolen\"}")
        .contains("\"cookie\":\"7572756e6a3a30313233343536373839\"");
    Filter filter = onlyFilter();
    assertThat(filter.parent()).isEqualTo(Filter.INGRESS);
    assertThat(filter.priority()).isEqualTo(49);
    assertThat(filter.protocol()).isEqualTo(3);
    assertThat(filter.handle()).isEqualTo(0x800000d1);
    assertThat(filter.redirectTarget()).isEqualTo(target);
    assertThat(filter.cookie()).isEqualTo(COOKIE);
    assertThat(filter.isSameAs(redirect)).isTrue();
  }

  @Test
  void mirrorStandsBeforeTheRedirectOfItsPriorityAndMatchesItsKeys() throws Exception {
    socket.addClsact(eth0);
    socket.addRedirect(redirect);
    Redirect before = new Redirect(eth0, Filter.INGRESS, 49, 0xd0, target, COOKIE);
    socket.addMirror(
        new Mirror(
            before,
            List.of(new Mirror.Key(-4, 0xffff, 0x0800), new Mirror.Key(20, 0xffff, 0x0044))));
    assertThat(pod.shell("tc -j filter show dev eth0 ingress"))
        .contains("\"mirred_action\":\"mirror\",\"direction\":\"egress\",\"to_dev\":\"target0\"")
        .contains("\"control_action\":{\"type\":\"pass\"}");
    assertThat(pod.shell("tc filter show dev eth0 ingress"))
        .contains("match 00000800/0000ffff at -4", "match 00000044/0000ffff at 20");
    List<Filter> filters = socket.filters(eth0, Filter.INGRESS);
    assertThat(filters).extracting(Filter::handleNode).containsExactly(0xd0, 0xd1);
    assertThat(filters).extracting(Filter::redirectTarget).containsExactly(target, target);
    assertThat(filters.getFirst().isSameAs(before)).isTrue();
  }

  @Test
  void filterAddedAtTheQdiscsHandleIsFoundAndDeletedToo() throws Exception {
    socket.addIngress(eth0);
    pod.shell( // as urunc adds it
        "tc filter add dev eth0 parent ffff: protocol all prio 5 u32 match u32 0 0"
            + " action mirred egress redirect dev target0");
    assertThat(onlyFilter().parent()).isEqualTo(0xffff0000);
    assertThat(onlyFilter().redirectTarget()).isEqualTo(target);
    socket.deleteFilter(onlyFilter());
    assertThat(socket.filters(eth0, Filter.INGRESS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"prio 10", "prio 49", "prio 60"})
  void ownFilterIsDeletedAloneBesideAForeignOne(String priority) throws Exception {
    socket.addIngress(eth0);
    socket.addRedirect(redirect);
    pod.shell(
        "tc filter add dev eth0 ingress protocol all "
            + priority
            + " u32 match ip dst 10.1.0.0/24 flowid 1:1");
    List<Filter> all = socket.filters(eth0, Filter.INGRESS);
    assertThat(all).hasSize(2);
    for (Filter filter : all) {
      if (filter.isSameAs(redirect)) {
        socket.deleteFilter(filter);
      }
    }
    assertThat(onlyFilter().isSameAs(redirect)).isFalse();
    assertThat(onlyFilter().redirectTarget()).isNull();
    assertThat(pod.shell("tc filter show dev eth0 ingress"))
        .contains("match 0a010000/ffffff00 at 16")
        .doesNotContain("mirred");
  }

  @Test
  void sameFilterTwiceIsRefused() throws Exception {
    socket.addIngress(eth0);
    socket.addRedirect(redirect);
    assertThatThrownBy(() -> socket.addRedirect(redirect))
        .isInstanceOfSatisfying(
            NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    assertThat(socket.filters(eth0, Filter.INGRESS)).hasSize(1);
  }

  @Test
  void filterOfALinkThatWentStaysAsARedirectToNothingAndCanBeDeleted() throws Exception {
    socket.addIngress(eth0);
    socket.addRedirect(redirect);
    socket.deleteLink(target);
    assertThat(pod.shell("tc filter show dev eth0 ingress")).contains("Redirect to device *");
    assertThat(onlyFilter().redirectTarget()).isZero();
    assertThat(onlyFilter().isSameAs(redirect)).isTrue();
    socket.deleteFilter(onlyFilter());
    assertThat(pod.shell("tc filter show dev eth0 ingress")).isBlank();
  }

  @Test
  void deletedFilterIsNotFound() throws Exception {
    socket.addIngress(eth0);
    socket.addRedirect(redirect);
    Filter filter = onlyFilter();
    socket.deleteFilter(filter);
    assertThatThrownBy(() -> socket.deleteFilter(filter))
        .isInstanceOfSatisfying(
            NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  @Test
  void priorityBesideAForeignOneGoesWholly() throws Exception {
    pod.shell("tc qdisc add dev eth0 ingress");
    pod.shell("tc filter add dev eth0 ingress protocol ip prio 7 u32 match u32 0 0 flowid 1:1");
    String before = pod.shell("tc filter show dev eth0 ingress");
    socket.addRedirect(redirect);
    Filter ours =
        socket.filters(eth0, Filter.INGRESS).stream()
            .filter(filter -> filter.isSameAs(redirect))
            .findFirst()
            .orElseThrow();
    socket.deletePriority(ours);
    assertThat(pod.shell("tc filter show dev eth0 ingress")).isEqualTo(before);
    assertThatThrownBy(() -> socket.deletePriority(ours))
        .isInstanceOfSatisfying(
            NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  @Test
  void redirectWithoutCookieHasAnEmptyOne() throws Exception {
    socket.addIngress(eth0);
    socket.addRedirect(new Redirect(eth0, Filter.INGRESS, 1, 1, target, new byte[0]));
    assertThat(onlyFilter().cookie()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress", "clsact"})
  void secondIngressQdiscIsRefusedWithTheKernelsWords(String first) throws Exception {
    addIngress(first);
    String words = "EEXIST (File exists): Exclusivity flag on, cannot modify";
    assertThatThrownBy(() -> socket.addIngress(eth0)).hasMessageEndingWith(words);
    assertThatThrownBy(() -> socket.addClsact(eth0)).hasMessageEndingWith(words);
  }

  @Test
  void qdiscsOfTheLinkAreListedAndDeleted() throws Exception {
    socket.addIngress(eth0);
    socket.addIngress(target);
    assertThat(socket.qdiscs(eth0)).extracting(Qdisc::linkIndex).containsOnly(eth0);
    Qdisc ingress =
        socket.qdiscs(eth0).stream()
            .filter(qdisc -> qdisc.parent() == Qdisc.INGRESS)
            .findFirst()
            .orElseThrow();
    assertThat(ingress).isEqualTo(new Qdisc(eth0, "ingress", 0xffff0000, Qdisc.INGRESS));
    socket.deleteQdisc(ingress);
    assertThat(pod.shell("tc qdisc show dev eth0")).doesNotContain("ingress");
    assertThat(pod.shell("tc qdisc show dev target0")).contains("ingress");
    assertThatThrownBy(() -> socket.deleteQdisc(ingress))
        .isInstanceOfSatisfying(
            NetlinkException.class, e -> assertThat(e.errno()).isIn(Errno.ENOENT, Errno.EINVAL));
  }

  @Test
  void qdiscOfAnotherKindIsNotDeleted() throws Exception {
    socket.addClsact(eth0);
    assertThatThrownBy(
            () -> socket.deleteQdisc(new Qdisc(eth0, "ingress", 0xffff0000, Qdisc.INGRESS)))
        .isInstanceOf(NetlinkException.class);
    assertThat(pod.shell("tc qdisc show dev eth0")).contains("clsact");
  }

  @Test
  void rootQdiscIsReplacedWhateverItWas() throws Exception {
    socket.setUp(eth0);
    pod.shell("tc qdisc replace dev eth0 root pfifo_fast");
    socket.replaceRoot(eth0, "pfifo");
    assertThat(pod.shell("tc qdisc show dev eth0")).contains("qdisc pfifo ");
    socket.replaceRoot(eth0, "pfifo");
    assertThat(socket.qdiscs(eth0)).extracting(Qdisc::kind).containsExactly("pfifo");
  }

  @Test
  void unknownKindIsRefusedWithTheKernelsWords() {
    assertThatThrownBy(() -> socket.replaceRoot(eth0, "no_such_kind"))
        .hasMessageEndingWith(
            "ENOENT (No such file or directory): Specified qdisc kind is unknown");
  }

  @Test
  void linkWithoutAQdiscOrNoLinkAtAllHasNoFilters() throws Exception {
    assertThat(socket.filters(eth0, Filter.INGRESS)).isEmpty();
    assertThat(socket.filters(4711, Filter.INGRESS)).isEmpty();
    assertThat(socket.qdiscs(4711)).isEmpty();
  }

  @Test
  void valuesOutOfRangeNeverReachTheKernel() {
    assertThatThrownBy(() -> new Redirect(1, Filter.INGRESS, 0, 1, 2, COOKIE))
        .hasMessage("priority 0, expected 1 to 65535");
    assertThatThrownBy(() -> new Redirect(1, Filter.INGRESS, 1, 0x1000, 2, COOKIE))
        .hasMessage("handle node 4096, expected 1 to 4095");
    assertThatThrownBy(() -> new Redirect(1, Filter.INGRESS, 1, 1, 2, new byte[17]))
        .hasMessage("cookie of 17 bytes, at most 16");
    assertThatThrownBy(() -> new Mirror(redirect, List.of()))
        .hasMessage("0 keys, expected 1 to 128");
  }

  private void addIngress(String kind) throws Exception {
    if (kind.equals("ingress")) {
      socket.addIngress(eth0);
    } else {
      socket.addClsact(eth0);
    }
  }

  private Filter onlyFilter() throws Exception {
    List<Filter> filters = socket.filters(eth0, Filter.INGRESS);
    assertThat(filters).hasSize(1);
    return filters.getFirst();
  }
}
