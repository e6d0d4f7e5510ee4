package dev.urunj.linux.bpf;

import static dev.urunj.linux.bpf.SampleObject.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.netlink.Classifier;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.FilterProgram;
import dev.urunj.linux.netlink.NetlinkException;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Loaded programs as filters, beside those of others: added, recognised, replaced, asked for their
/// counters by a process that did not load them, removed alone.
@Needs(
    root = true,
    programs = {"clang", "ip", "ping", "tc"})
class ClassifierKernelTest {
  private static final String NAME = "urunj:pod-fabric/from_net";
  private static final int HANDLE = 0xd1;

  private TestNetns pod;
  private TestNetns node;
  private RouteSocket socket;
  private LoadedObject loaded;
  private int eth0;
  private Classifier wanted;

  @BeforeEach
  void open(@TempDir Path directory) throws Exception {
    pod = TestNetns.create();
    node = TestNetns.create();
    socket = pod.call(RouteSocket::open);
    eth0 = socket.addVeth("eth0", "node0", node.fd());
    loaded = LoadedObject.of(BpfObject.parse(SampleObject.compiled(directory)));
    wanted = new Classifier(eth0, Filter.INGRESS, 49, HANDLE, NAME);
  }

  @AfterEach
  void close() throws Exception {
    loaded.close();
    socket.close();
    node.close();
    pod.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress", "clsact"})
  void filterIsAddedUnderEitherQdiscAndReadBack(String kind) throws Exception {
    pod.shell("tc qdisc add dev eth0 " + kind);
    socket.addClassifier(wanted, program("from_net"));
    ProgramIdentity identity = loaded.program("from_net").identity();
    Filter filter = only(Filter.INGRESS);
    assertThat(filter.isSameAs(wanted)).isTrue();
    assertThat(filter.kind()).isEqualTo("bpf");
    assertThat(filter.priority()).isEqualTo(49);
    assertThat(filter.protocol()).isEqualTo(3);
    assertThat(filter.handle()).isEqualTo(HANDLE);
    assertThat(filter.redirectTarget()).isNull();
    assertThat(filter.program())
        .isEqualTo(new FilterProgram(NAME, identity.id(), identity.tag(), true));
    assertThat(pod.shell("tc filter show dev eth0 ingress"))
        .contains("filter protocol all pref 49 bpf chain 0 handle 0xd1 " + NAME + " direct-action")
        .contains("id " + identity.id() + " name from_net tag " + identity.tag());
  }

  @Test
  void filterAtTheWayOutIsOneUnderClsact() throws Exception {
    Classifier out = new Classifier(eth0, Filter.EGRESS, 49, HANDLE, NAME);
    socket.addClsact(eth0);
    socket.addClassifier(out, program("from_lo"));
    assertThat(only(Filter.EGRESS).isSameAs(out)).isTrue();
    assertThat(socket.filters(eth0, Filter.INGRESS)).isEmpty();
    socket.deleteFilter(only(Filter.EGRESS));
    assertThat(pod.shell("tc filter show dev eth0 egress")).isBlank();
  }

  @Test
  void filterAtTheWayOutBecomesOneAtTheWayInUnderIngress() throws Exception {
    socket.addIngress(eth0);
    socket.addClassifier(new Classifier(eth0, Filter.EGRESS, 49, HANDLE, NAME), program("from_lo"));
    assertThat(socket.filters(eth0, Filter.INGRESS)).hasSize(1);
  }

  @Test
  void loopbackTakesAClsact() throws Exception {
    Classifier out = new Classifier(1, Filter.EGRESS, 49, HANDLE, NAME);
    socket.addClsact(1);
    socket.addClassifier(out, program("from_net"));
    assertThat(socket.filters(1, Filter.EGRESS)).hasSize(1);
    pod.shell("ip link set lo up; ping -c 2 -i 0.01 -q 127.0.0.1");
    assertThat(counted("counters", 0)).isEqualTo(4); // two requests, two answers
  }

  @Test
  void sameFilterTwiceIsRefusedButReplaced() throws Exception {
    socket.addClsact(eth0);
    socket.addClassifier(wanted, program("from_net"));
    refused(Errno.EEXIST, () -> socket.addClassifier(wanted, program("from_lo")));
    assertThat(programOf(only(Filter.INGRESS)).tag())
        .isEqualTo(loaded.program("from_net").identity().tag());
    Classifier renamed = new Classifier(eth0, Filter.INGRESS, 49, HANDLE, "urunj:other");
    socket.replaceClassifier(renamed, program("from_lo"));
    Filter filter = only(Filter.INGRESS);
    assertThat(filter.isSameAs(wanted)).isFalse();
    assertThat(filter.isSameAs(renamed)).isTrue();
    assertThat(programOf(filter).tag()).isEqualTo(loaded.program("from_lo").identity().tag());
  }

  @Test
  void replacingWhatIsNotThereAddsIt() throws Exception {
    socket.addClsact(eth0);
    socket.replaceClassifier(wanted, program("from_net"));
    assertThat(only(Filter.INGRESS).isSameAs(wanted)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prio 10 u32 match u32 0 0 flowid 1:1",
        "prio 60 u32 match u32 0 0 flowid 1:1",
        "prio 49 handle 0xd2 bpf direct-action bytecode '1,6 0 0 4294967295,'",
        "prio 50 handle 0xd1 bpf direct-action bytecode '1,6 0 0 4294967295,'"
      })
  void ownFilterIsToldFromForeignOnesAndDeletedAlone(String foreign) throws Exception {
    pod.shell("tc qdisc add dev eth0 clsact");
    pod.shell("tc filter add dev eth0 ingress protocol all " + foreign);
    String before = pod.shell("tc filter show dev eth0 ingress");
    socket.addClassifier(wanted, program("from_net"));
    List<Filter> all = socket.filters(eth0, Filter.INGRESS);
    assertThat(all).hasSize(2);
    List<Filter> ours = all.stream().filter(filter -> filter.isSameAs(wanted)).toList();
    assertThat(ours).hasSize(1);
    socket.deleteFilter(ours.getFirst());
    assertThat(pod.shell("tc filter show dev eth0 ingress")).isEqualTo(before);
    assertThat(only(Filter.INGRESS).isSameAs(wanted)).isFalse();
  }

  @Test
  void foreignFilterOfTheSamePlaceIsNotOurs() throws Exception {
    pod.shell("tc qdisc add dev eth0 clsact");
    pod.shell(
        "tc filter add dev eth0 ingress protocol all prio 49 handle 0xd1 bpf direct-action"
            + " bytecode '1,6 0 0 4294967295,'");
    Filter filter = only(Filter.INGRESS);
    assertThat(filter.isSameAs(wanted)).isFalse();
    assertThat(programOf(filter).id()).isZero();
    refused(Errno.EEXIST, () -> socket.addClassifier(wanted, program("from_net")));
  }

  @Test
  void priorityOfAnotherKindIsRefused() throws Exception {
    pod.shell("tc qdisc add dev eth0 clsact");
    pod.shell("tc filter add dev eth0 ingress protocol all prio 49 u32 match u32 0 0 flowid 1:1");
    refused(Errno.EINVAL, () -> socket.addClassifier(wanted, program("from_net")));
  }

  @Test
  void linkWithoutAQdiscIsRefused() {
    refused(Errno.EINVAL, () -> socket.addClassifier(wanted, program("from_net")));
  }

  @Test
  void countersAreReadThroughTheFilterByWhoeverDidNotLoadIt() throws Exception {
    socket.addClsact(eth0);
    socket.addClassifier(wanted, program("from_net"));
    loaded.close(); // the loader is gone: the filter holds the program, the program its maps
    socket.configure(eth0, 1500, true);
    pod.shell("sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip address add 10.1.0.2/24 dev eth0");
    node.shell(
        "sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip address add 10.1.0.1/24 dev node0;"
            + " ip link set node0 up; ping -c 3 -i 0.01 -q 10.1.0.2");
    long packets = counterOf(only(Filter.INGRESS), "counters");
    assertThat(packets).isGreaterThanOrEqualTo(3);
    node.shell("ping -c 2 -i 0.01 -q 10.1.0.2");
    assertThat(counterOf(only(Filter.INGRESS), "counters")).isGreaterThanOrEqualTo(packets + 2);
  }

  @Test
  void mapsGoWithTheFilter() throws Exception {
    socket.addClsact(eth0);
    socket.addClassifier(wanted, program("from_net"));
    loaded.close();
    int id = programOf(only(Filter.INGRESS)).id();
    BpfProgram.byId(id).close();
    socket.deleteFilter(only(Filter.INGRESS));
    for (int i = 0; i < 100 && exists(id); i++) {
      Thread.sleep(20); // freed by a worker of the kernel
    }
    assertThat(exists(id)).isFalse();
  }

  @Test
  void linkThatAProgramRedirectsToIsOneOfItsMapsValues() throws Exception {
    int target = socket.addVeth("target0", "peer0", null);
    socket.configure(eth0, 1500, true);
    socket.configure(target, 1500, true);
    socket.configure(Objects.requireNonNull(socket.link("peer0")).index(), 1500, true);
    socket.addClsact(eth0);
    socket.addClassifier(wanted, program("from_guest"));
    loaded.map("settings").update(bytesOf(1), bytesOf((long) target));
    node.shell(
        "ip link set node0 address 02:00:00:00:00:01 up; ip address add 10.1.0.1/24 dev node0;"
            + " ip neighbour add 10.1.0.2 lladdr 02:00:00:00:00:02 dev node0;"
            + " ping -c 3 -i 0.01 -W 0.1 -q 10.1.0.2 || true");
    assertThat(received("peer0")).isGreaterThanOrEqualTo(3);
  }

  /// Needs Linux 6.6; before, the list is empty and attaching is refused.
  @Test
  void programsThatRunBeforeAllFiltersAreListed() throws Exception {
    socket.addClsact(eth0);
    socket.addClassifier(wanted, program("from_net"));
    assertThat(pod.call(() -> TcxPrograms.ingress(eth0))).isEmpty();
    boolean known = pod.call(() -> attachBeforeFilters(program("from_lo")));
    List<Integer> expected = known ? List.of(loaded.program("from_lo").identity().id()) : List.of();
    assertThat(pod.call(() -> TcxPrograms.ingress(eth0))).isEqualTo(expected);
    assertThat(pod.call(() -> TcxPrograms.egress(eth0))).isEmpty();
    assertThat(only(Filter.INGRESS).isSameAs(wanted)).isTrue();
  }

  /// `BPF_PROG_ATTACH`: `u32 target_ifindex, u32 attach_bpf_fd, u32 attach_type`
  private boolean attachBeforeFilters(Fd program) {
    NativeBuffer attributes = NativeBuffer.allocate(40);
    attributes.bytes().putInt(0, eth0).putInt(4, program.number());
    attributes.bytes().putInt(8, TcxPrograms.BPF_TCX_INGRESS);
    return BpfCall.call(8, attributes) == 0;
  }

  @Test
  void valuesOutOfRangeNeverReachTheKernel() {
    assertThatThrownBy(() -> new Classifier(1, Filter.INGRESS, 0, 1, NAME))
        .hasMessage("priority 0, expected 1 to 65535");
    assertThatThrownBy(() -> new Classifier(1, Filter.INGRESS, 1, 0, NAME))
        .hasMessage("handle 0, expected 1 or more");
    assertThatThrownBy(() -> new Classifier(1, Filter.INGRESS, 1, 1, ""))
        .hasMessage("filter name \"\" of 0 bytes, expected 1 to 255");
    assertThatThrownBy(() -> new Classifier(1, Filter.INGRESS, 1, 1, "a".repeat(256)))
        .hasMessageEndingWith("of 256 bytes, expected 1 to 255");
  }

  private Fd program(String name) {
    return loaded.program(name).fd();
  }

  private Filter only(int parent) throws Exception {
    List<Filter> filters = socket.filters(eth0, parent);
    assertThat(filters).hasSize(1);
    return filters.getFirst();
  }

  private static FilterProgram programOf(Filter filter) {
    return Objects.requireNonNull(filter.program());
  }

  private long received(String link) throws Exception {
    String line = pod.shell("ip -s link show dev " + link + " | sed -n 4p").strip();
    return Long.parseLong(line.split(" +", -1)[1]);
  }

  private long counted(String map, int index) throws Exception {
    return sum(loaded.map(map).lookupPerCpu(bytesOf(index)));
  }

  private static long counterOf(Filter filter, String map) throws Exception {
    try (BpfProgram program = BpfProgram.byId(programOf(filter).id())) {
      for (int id : program.identity().mapIds()) {
        try (BpfMap found = BpfMap.byId(id)) {
          if (found.spec().name().equals(map)) {
            return sum(found.lookupPerCpu(bytesOf(0)));
          }
        }
      }
    }
    throw new AssertionError("no map " + map);
  }

  private static boolean exists(int program) {
    try {
      BpfProgram.byId(program).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static long sum(List<byte[]> values) {
    long sum = 0;
    for (byte[] value : values) {
      sum += ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong();
    }
    return sum;
  }

  private static void refused(int errno, TestNetns.Action action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
