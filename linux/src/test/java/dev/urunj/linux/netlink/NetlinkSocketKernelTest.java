package dev.urunj.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Needs(root = true)
class NetlinkSocketKernelTest {
  private static final int STABLE_LINKS = 60;

  private TestNetns pod;

  @BeforeEach
  void open() throws Exception {
    pod = TestNetns.create();
  }

  @AfterEach
  void close() throws Exception {
    pod.close();
  }

  @Test
  void dumpThatCannotBeReadLeavesTheSocketInStep() throws Exception {
    try (RouteSocket links = pod.call(RouteSocket::open);
        NetlinkSocket socket = pod.call(() -> NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE))) {
      addVeths(links);
      Decoder<Link> failing =
          _ -> {
            throw NetlinkException.malformed("test");
          };
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> socket.dump(LinkCodec.all(), failing))
            .hasMessageContaining("EPROTO (Protocol error): test");
        assertThat(socket.dump(LinkCodec.all(), LinkCodec.READER)).hasSize(1 + STABLE_LINKS);
      }
    }
  }

  @Test
  void answersOfARequestThatWasGivenUpArePassedOver() throws Exception {
    try (NetlinkSocket socket = pod.call(() -> NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE))) {
      Message up = LinkCodec.flags(1, 1, 1);
      Message refused = LinkCodec.one(4711);
      // Three answers to two requests: a link asked for in a change is answered and acknowledged.
      Message asked = Message.change("RTM_GETLINK(acknowledged)", LinkCodec.RTM_GETLINK, 0);
      asked.u32(0).u32(1).u32(0).u32(0);
      assertThat(socket.get(asked, LinkCodec.READER)).isNotNull(); // its acknowledgement stays
      socket.change(up);
      assertThat(socket.get(refused, LinkCodec.READER)).isNull();
      assertThat(socket.dump(LinkCodec.all(), LinkCodec.READER)).hasSize(1);
    }
  }

  @Test
  void dumpWhileLinksComeAndGoIsWholeOrSaysThatItIsNot() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (RouteSocket socket = pod.call(RouteSocket::open);
        RouteSocket other = pod.call(RouteSocket::open)) {
      addVeths(socket);
      CompletableFuture<Integer> changes =
          CompletableFuture.supplyAsync(
              () -> addAndDelete(other, stop), task -> Thread.ofPlatform().start(task));
      int whole = 0;
      for (int i = 0; i < 100; i++) {
        whole += dumpIsWhole(socket) ? 1 : 0;
      }
      stop.set(true);
      assertThat(changes.join()).isPositive();
      assertThat(whole).isPositive();
    } finally {
      stop.set(true);
    }
  }

  private static boolean dumpIsWhole(RouteSocket socket) throws Exception {
    try {
      List<Link> links = socket.links();
      assertThat(links).extracting(Link::name).doesNotHaveDuplicates();
      assertThat(links).filteredOn(link -> link.name().startsWith("s")).hasSize(STABLE_LINKS);
      return true;
    } catch (NetlinkException e) {
      assertThat(e.errno()).isEqualTo(Errno.EINTR);
      return false;
    }
  }

  private static int addAndDelete(RouteSocket socket, AtomicBoolean stop) {
    int changes = 0;
    try {
      while (!stop.get()) {
        socket.deleteLink(socket.addBridge("br" + changes));
        changes++;
      }
      return changes;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void addVeths(RouteSocket socket) throws Exception {
    for (int i = 0; i < STABLE_LINKS / 2; i++) {
      socket.addVeth("sa" + i, "sb" + i, null);
    }
  }
}
