package dev.urunj.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Dumps recorded on Linux 6.18 (little endian, port 0), read whole and damaged.
class ReplyRobustnessTest {
  private static final int ROUNDS = 4000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "links",
        "addresses",
        "routes4",
        "routes6",
        "neighbours",
        "qdiscs",
        "filters",
        "classifiers",
        "netfilter",
        "error"
      })
  void damagedAnswerIsReadOrRefusedButNothingElse(String dump) throws Exception {
    byte[] recorded = recording(dump);
    for (int seed = 0; seed < ROUNDS; seed++) {
      byte[] damaged = damage(recorded, new Random(seed));
      try {
        assertThat(readEverything(damaged)).hasSizeLessThan(damaged.length);
      } catch (NetlinkException expected) {
        assertThat(expected.errno()).as("%s, seed %d", dump, seed).isPositive();
      } catch (RuntimeException e) {
        throw new AssertionError(dump + ", seed " + seed, e);
      }
    }
  }

  @Test
  void everyPrefixOfAnAnswerIsReadOrRefused() throws Exception {
    byte[] recorded = recording("filters");
    for (int length = 0; length < recorded.length; length++) {
      byte[] cut = Arrays.copyOf(recorded, length);
      try {
        assertThat(readEverything(cut)).hasSizeLessThan(10);
      } catch (NetlinkException expected) {
        assertThat(expected.errno()).isEqualTo(Errno.EPROTO);
      }
    }
  }

  @Test
  void linksAreRead() throws Exception {
    List<Link> links = read("links", LinkCodec.READER);
    assertThat(links).extracting(Link::name).contains("lo", "eth0", "p0", "br0");
    Link veth = links.stream().filter(l -> l.name().equals("eth0")).findFirst().orElseThrow();
    Link peer = links.stream().filter(l -> l.name().equals("p0")).findFirst().orElseThrow();
    Link bridge = links.stream().filter(l -> l.name().equals("br0")).findFirst().orElseThrow();
    assertThat(veth.kind()).isEqualTo("veth");
    assertThat(veth.peerIndex()).isEqualTo(peer.index());
    assertThat(peer.masterIndex()).isEqualTo(bridge.index());
    assertThat(links.getFirst().isLoopback()).isTrue();
  }

  @Test
  void addressOfAPointToPointLinkHasAPeer() throws Exception {
    List<InterfaceAddress> addresses = read("addresses", AddressCodec.READER);
    assertThat(addresses)
        .anySatisfy(address -> {
          assertThat(address.address()).isEqualTo(ip("10.9.0.1"));
          assertThat(address.peer()).isEqualTo(ip("10.9.0.2"));
        });
    assertThat(addresses)
        .anySatisfy(address -> {
          assertThat(address.address()).isEqualTo(ip("fd00::2"));
          assertThat(address.isPermanent()).isTrue();
          assertThat(address.isWithoutDuplicateDetection()).isTrue();
          assertThat(address.prefixLength()).isEqualTo(64);
        });
  }

  @Test
  void firstOfSeveralNextHopsIsTheRoutes() throws Exception {
    Route route = route("10.5.0.0");
    assertThat(route.gateway()).isEqualTo(ip("10.1.0.1"));
    assertThat(route.onlink()).isTrue();
    assertThat(route.linkIndex()).isPositive();
  }

  @Test
  void gatewayMayBeOfTheOtherFamily() throws Exception {
    Route route = route("10.6.0.0");
    assertThat(route.gateway()).isEqualTo(ip("fd00::9"));
    assertThat(route.metric()).isEqualTo(7);
    assertThat(route.mtu()).isEqualTo(1300);
  }

  @Test
  void blackholeHasNoLink() throws Exception {
    Route route = route("10.7.0.0");
    assertThat(route.type()).isEqualTo(6);
    assertThat(route.linkIndex()).isZero();
  }

  @Test
  void redirectToALinkThatIsGoneHasTargetZero() throws Exception {
    List<Filter> filters = read("filters", FilterCodec.READER);
    assertThat(filters).hasSize(2);
    assertThat(filters.get(0).redirectTarget()).isNull();
    assertThat(filters.get(1).redirectTarget()).isZero();
    assertThat(filters.get(1).handleNode()).isEqualTo(0xd1);
    assertThat(filters.get(1).cookie()).asString().isEqualTo("urunj");
  }

  @Test
  void programOfAClassifierIsRead() throws Exception {
    List<Filter> filters = read("classifiers", FilterCodec.READER);
    assertThat(filters).hasSize(2).allMatch(filter -> filter.kind().equals("bpf"));
    assertThat(filters.get(0).handle()).isEqualTo(0xd1);
    assertThat(filters.get(0).program())
        .isEqualTo(new FilterProgram("x.o:[tc]", 337, "59f4a931744dcdc6", true));
    assertThat(filters.get(1).program()).isEqualTo(new FilterProgram("", 0, "", false));
  }

  @Test
  void tablesAndRulesOfNetfilterAreRead() throws Exception {
    assertThat(read("netfilter", NetfilterCodec::readTable))
        .containsExactly(
            new NetfilterTable(NetfilterTable.NFPROTO_IPV4, "urunj", "of a guest"),
            new NetfilterTable(NetfilterTable.NFPROTO_INET, "other", ""));
    assertThat(read("netfilter", NetfilterCodec::readRule))
        .containsExactly(
            new InstalledRule(2, "urunj", "postrouting", 2, "guest", 5, 300),
            new InstalledRule(1, "other", "x", 2, "", 0, 0));
  }

  @Test
  void errorCarriesTheKernelsWordsAndTheOffset() throws Exception {
    Replies replies = replies(recording("error"));
    assertThat(replies.next()).isTrue();
    NetlinkException error = Objects.requireNonNull(NetlinkSocket.error(replies, "RTM_NEWLINK(x)"));
    assertThat(error.kernelMessage()).isEqualTo("mtu less than device minimum");
    assertThat(error)
        .hasMessage("RTM_NEWLINK(x) = -1 EINVAL (Invalid argument): mtu less than device minimum");
  }

  @Test
  void kernelsWordsAreOneLine() throws Exception {
    byte[] error = recording("error");
    String text = new String(error, StandardCharsets.ISO_8859_1);
    error[text.indexOf("mtu less")] = '\n';
    Replies replies = replies(error);
    assertThat(replies.next()).isTrue();
    assertThat(NetlinkSocket.error(replies, "RTM_NEWLINK(x)"))
        .hasMessage(
            "RTM_NEWLINK(x) = -1 EINVAL (Invalid argument): \\ntu less than device minimum");
  }

  @Test
  void errorThatIsNoErrnoIsRefused() throws Exception {
    byte[] error = recording("error");
    buffer(error).putInt(16, 5);
    Replies replies = replies(error);
    assertThat(replies.next()).isTrue();
    assertThatThrownBy(() -> NetlinkSocket.error(replies, "RTM_NEWLINK(x)"))
        .isInstanceOf(NetlinkException.class)
        .hasMessageContaining("error 5, expected a negative number");
  }

  @Test
  void messageForAnotherPortIsPassedOver() throws Exception {
    byte[] links = recording("links");
    Replies replies = new Replies(buffer(links), links.length, 7);
    assertThat(replies.next()).isFalse();
  }

  @Test
  void attributeWithoutLengthDoesNotLoop() {
    byte[] message = new byte[16 + 16 + 4];
    ByteBuffer bytes = buffer(message);
    bytes.putInt(0, message.length).putShort(4, (short) LinkCodec.RTM_NEWLINK);
    assertThatThrownBy(() -> readEverything(message))
        .isInstanceOf(NetlinkException.class)
        .hasMessageContaining("attribute of length 0 in 4 bytes");
  }

  private static byte[] damage(byte[] recorded, Random random) {
    int length = random.nextInt(4) == 0 ? random.nextInt(recorded.length) : recorded.length;
    byte[] damaged = Arrays.copyOf(recorded, length);
    for (int i = random.nextInt(8); i > 0 && length > 0; i--) {
      int[] nasty = {0, 1, 3, 4, 5, 0x7f, 0x80, 0xff, random.nextInt(256)};
      damaged[random.nextInt(length)] = (byte) nasty[random.nextInt(nasty.length)];
    }
    return damaged;
  }

  /// Every decoder sees every message, as if it were of its type.
  private static List<Object> readEverything(byte[] datagram) throws NetlinkException {
    List<Object> objects = new ArrayList<>();
    Replies message = replies(datagram);
    while (message.next()) {
      for (Decoder<?> decoder : decoders()) {
        Object object = decoder.read(message);
        if (object != null) {
          objects.add(object);
        }
      }
      if (message.type() == Replies.NLMSG_ERROR || message.type() == Replies.NLMSG_DONE) {
        NetlinkException error = NetlinkSocket.error(message, "test");
        if (error != null) {
          objects.add(error);
        }
      }
    }
    return objects;
  }

  private static List<Decoder<?>> decoders() {
    return List.of(
        LinkCodec.READER,
        AddressCodec.READER,
        RouteCodec.READER,
        NeighbourCodec.READER,
        QdiscCodec::read,
        FilterCodec.READER,
        NetfilterCodec::readTable,
        NetfilterCodec::readRule);
  }

  private static <T> List<T> read(String dump, Decoder<T> decoder) throws IOException {
    List<T> objects = new ArrayList<>();
    Replies message = replies(recording(dump));
    while (message.next()) {
      @Nullable T object = decoder.read(message);
      if (object != null) {
        objects.add(object);
      }
    }
    return objects;
  }

  private static Route route(String destination) throws IOException {
    for (Route route : read("routes4", RouteCodec.READER)) {
      if (ip(destination).equals(route.destination())) {
        return route;
      }
    }
    throw new AssertionError("no route to " + destination);
  }

  private static Replies replies(byte[] datagram) {
    return new Replies(buffer(datagram), datagram.length, 0);
  }

  private static ByteBuffer buffer(byte[] datagram) {
    return ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static InetAddress ip(String text) throws IOException {
    return InetAddress.getByName(text);
  }

  private static byte[] recording(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ReplyRobustnessTest.class.getResourceAsStream(name + ".bin"), name)) {
      return in.readAllBytes();
    }
  }
}
