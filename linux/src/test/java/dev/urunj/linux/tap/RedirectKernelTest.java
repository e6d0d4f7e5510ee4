package dev.urunj.linux.tap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.linux.netlink.Neighbour;
import dev.urunj.linux.netlink.Redirect;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The pod's interface and a TAP redirected to each other, with real frames: this test plays the
/// guest that answers pings behind the TAP.
@Needs(
    root = true,
    programs = {"ip", "tc"},
    files = "/dev/net/tun")
class RedirectKernelTest {
  private static final MacAddress GUEST = MacAddress.parse("02:00:5e:00:00:02");
  private static final byte[] COOKIE = "urunj".getBytes(UTF_8);
  private static final int FIONBIO = 0x5421; // asm-generic/ioctls.h
  private static final int VNET_HEADER = 10;
  private static final int ETHERNET_HEADER = 14;

  private TestNetns pod;
  private TestNetns node;
  private RouteSocket socket;
  private Tap tap;

  @BeforeEach
  void wire() throws Exception {
    pod = TestNetns.create();
    node = TestNetns.create();
    socket = pod.call(RouteSocket::open);
    int eth0 = socket.addVeth("eth0", "node0", node.fd());
    socket.configure(eth0, 1500, true);
    node.shell("ip address add 10.1.0.1/24 dev node0");
    node.shell("ip -6 address add fd00::1/64 dev node0 nodad; ip link set node0 up");
    tap = pod.call(() -> Tap.open(new TapSpec("tap0_urunc", 0, 0, false)));
    int index = Objects.requireNonNull(socket.link(tap.name())).index();
    socket.configure(index, 1500, true);
    socket.replaceRoot(index, "pfifo");
    socket.addIngress(eth0);
    socket.addIngress(index);
    socket.addRedirect(new Redirect(eth0, Filter.INGRESS, 49, 0xd1, index, COOKIE));
    socket.addRedirect(new Redirect(index, Filter.INGRESS, 49, 0xd1, eth0, COOKIE));
    try (RouteSocket there = node.call(RouteSocket::open)) {
      int node0 = Objects.requireNonNull(there.link("node0")).index();
      there.addNeighbour(Neighbour.permanent(node0, ip("10.1.0.2"), GUEST));
      there.addNeighbour(Neighbour.permanent(node0, ip("fd00::2"), GUEST));
    }
  }

  @AfterEach
  void unwire() throws Exception {
    tap.close();
    socket.close();
    node.close();
    pod.close();
  }

  @Test
  void guestBehindTheTapIsReachedOverIpv4() throws Exception {
    assertThat(pingsAnswered("10.1.0.2", 0x0800, 9, 8, 0)).isPositive();
  }

  @Test
  void guestBehindTheTapIsReachedOverIpv6() throws Exception {
    assertThat(pingsAnswered("fd00::2", 0x86dd, 6, 128, 129)).isPositive();
  }

  /// Pings from the node's namespace while the guest answers.
  ///
  /// @param protocolOffset where the IP header names its payload
  private int pingsAnswered(String guest, int etherType, int protocolOffset, int ask, int answer)
      throws Exception {
    AtomicInteger answered = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    Thread guestThread =
        Thread.ofPlatform()
            .start(() -> {
              Frames frames = new Frames(tap.fd().number());
              while (!stop.get()) {
                ByteBuffer frame = frames.read();
                if (frame == null) {
                  pause();
                } else if (isPing(frame, etherType, protocolOffset, ask)) {
                  frames.write(reply(frame, etherType, ask, answer));
                  answered.incrementAndGet();
                }
              }
            });
    try {
      boolean reached = node.call(() -> ip(guest).isReachable(3000));
      assertThat(reached).isTrue();
    } finally {
      stop.set(true);
      guestThread.join();
    }
    return answered.get();
  }

  private static boolean isPing(ByteBuffer frame, int etherType, int protocolOffset, int ask) {
    int protocol = etherType == 0x0800 ? 1 : 58;
    return frame.getShort(VNET_HEADER + 12) == (short) etherType
        && frame.get(VNET_HEADER + ETHERNET_HEADER + protocolOffset) == protocol
        && frame.get(icmp(etherType)) == (byte) ask;
  }

  /// The same packet back: addresses exchanged, another ICMP type, the checksum adjusted by the
  /// difference.
  private static ByteBuffer reply(ByteBuffer frame, int etherType, int ask, int answer) {
    swap(frame, VNET_HEADER, 6);
    int ipHeader = VNET_HEADER + ETHERNET_HEADER;
    swap(frame, etherType == 0x0800 ? ipHeader + 12 : ipHeader + 8, etherType == 0x0800 ? 4 : 16);
    int icmp = icmp(etherType);
    frame.put(icmp, (byte) answer);
    int sum = Short.toUnsignedInt(frame.getShort(icmp + 2)) + ((ask - answer) << 8);
    sum = sum > 0xffff ? sum - 0xffff : sum < 0 ? sum + 0xffff : sum;
    frame.putShort(icmp + 2, (short) sum);
    for (int i = 0; i < VNET_HEADER; i++) {
      frame.put(i, (byte) 0);
    }
    return frame;
  }

  private static int icmp(int etherType) {
    return VNET_HEADER + ETHERNET_HEADER + (etherType == 0x0800 ? 20 : 40);
  }

  private static void swap(ByteBuffer frame, int first, int length) {
    for (int i = first; i < first + length; i++) {
      byte kept = frame.get(i);
      frame.put(i, frame.get(i + length)).put(i + length, kept);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static InetAddress ip(String text) throws Exception {
    return InetAddress.getByName(text);
  }

  /// Reads and writes frames without waiting.
  private static final class Frames {
    private final int fd;
    private final NativeBuffer buffer = NativeBuffer.allocate(2048);

    Frames(int fd) {
      this.fd = fd;
      NativeBuffer one = NativeBuffer.allocate(4);
      one.bytes().putInt(0, 1);
      Libc.syscall(SyscallNumber.IOCTL, fd, FIONBIO, one.address());
      Libc.keep(one);
    }

    @Nullable ByteBuffer read() {
      long length = Libc.syscall(SyscallNumber.READ, fd, buffer.address(), 2048);
      Libc.keep(buffer);
      if (length < icmp(0x86dd) + 8 && length < icmp(0x0800) + 8) {
        return null;
      }
      return buffer.bytes().duplicate().order(ByteOrder.BIG_ENDIAN).limit((int) length);
    }

    void write(ByteBuffer frame) {
      Libc.syscall(SyscallNumber.WRITE, fd, buffer.address(), frame.limit());
      Libc.keep(buffer);
    }
  }
}
