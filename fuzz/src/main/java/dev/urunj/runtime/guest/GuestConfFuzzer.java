package dev.urunj.runtime.guest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.urunj.fuzz.Refusal;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// What urunj writes for the guest's init, from any values and read by the init's own C: arguments
/// and variables arrive as they are, and each address, rule, route and neighbour becomes the
/// request that it means. An input that begins with an odd byte is a list of records itself, which
/// no urunj wrote.
public final class GuestConfFuzzer {
  private static final InitParser INIT = InitParser.start();
  private static final int MOST = 12;
  private static final int LINK = 7;

  private GuestConfFuzzer() {}

  /// One execution.
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > 0 && (input[0] & 1) == 1) {
      byte[] list = Arrays.copyOfRange(input, 1, input.length);
      if (INIT.answer(list).isEmpty()) {
        throw new AssertionError("no answer to a list of records");
      }
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(input);
    List<String> args = strings(bytes);
    List<String> env = strings(bytes);
    Refusal.accepts(() -> roundTrip(args, env, network(bytes)));
  }

  private static void roundTrip(List<String> args, List<String> env, GuestNetwork network)
      throws IOException {
    GuestConf conf = new GuestConf();
    for (String each : env) {
      conf.add("env", each);
    }
    for (String each : args) {
      conf.add("arg", each);
    }
    conf.add(network, List.of());
    List<String> expected = new ArrayList<>(List.of("1"));
    args.forEach(each -> expected.add(bytes(each)));
    env.forEach(each -> expected.add(bytes(each)));
    for (GuestNetwork.Address address : network.addresses()) {
      expected.add(address(address));
    }
    network.policy().rules().forEach(rule -> expected.add(rule(rule)));
    addRoutes(expected, network, true);
    addRoutes(expected, network, false);
    args.forEach(each -> expected.add(bytes(each)));
    List<String> got = new ArrayList<>();
    for (byte[] piece : INIT.answer(conf.end())) {
      got.add(isRequest(got.size(), args, env, network) ? request(piece) : bytes(piece));
    }
    if (!got.equals(expected)) {
      throw new AssertionError("told " + expected + ", and the init reads " + got);
    }
  }

  private static boolean isRequest(
      int piece, List<String> args, List<String> env, GuestNetwork network) {
    int first = 1 + args.size() + env.size();
    int requests =
        network.addresses().size() + network.policy().rules().size() + network.routes().size();
    return piece >= first && piece < first + requests;
  }

  private static void addRoutes(List<String> expected, GuestNetwork network, boolean direct) {
    for (GuestNetwork.Route route : network.routes()) {
      if (route.isDirect() == direct) {
        expected.add(route(network, route));
      }
    }
  }

  // What urunj writes

  private static List<String> strings(ByteBuffer bytes) {
    List<String> strings = new ArrayList<>();
    for (int n = number(bytes, MOST); n > 0; n--) {
      byte[] text = new byte[Math.min(bytes.remaining(), number(bytes, 40))];
      bytes.get(text, 0, Math.min(text.length, bytes.remaining()));
      strings.add(new String(text, ISO_8859_1));
    }
    return strings;
  }

  private static GuestNetwork network(ByteBuffer bytes) throws IOException {
    List<GuestNetwork.Address> addresses = new ArrayList<>();
    for (int n = number(bytes, MOST); n > 0; n--) {
      addresses.add(net(bytes, number(bytes, 2) == 0));
    }
    List<GuestNetwork.Rule> rules = new ArrayList<>();
    for (int n = number(bytes, MOST); n > 0; n--) {
      boolean ipv4 = number(bytes, 2) == 0;
      rules.add(
          new GuestNetwork.Rule(
              6 + number(bytes, 3), integer(bytes), net(bytes, ipv4), net(bytes, ipv4)));
    }
    List<GuestNetwork.Route> routes = new ArrayList<>();
    for (int n = number(bytes, MOST); n > 0; n--) {
      routes.add(route(bytes));
    }
    return new GuestNetwork(
        "02:00:00:00:00:01",
        number(bytes, 1 << 16),
        addresses,
        routes,
        List.of(),
        ResolvConf.EMPTY,
        PodLocalhost.NONE,
        new GuestNetwork.Policy(List.of(), List.of(), rules));
  }

  private static GuestNetwork.Route route(ByteBuffer bytes) throws IOException {
    boolean ipv4 = number(bytes, 2) == 0;
    int type = number(bytes, 2) == 0 ? GuestNetwork.Route.UNICAST : 6 + number(bytes, 4);
    GuestNetwork.Address to = net(bytes, ipv4);
    List<GuestNetwork.Hop> hops = new ArrayList<>();
    int count = type == GuestNetwork.Route.UNICAST ? 1 + number(bytes, 5) : 0;
    for (int n = count; n > 0; n--) {
      int gateway = number(bytes, 3);
      boolean other = ipv4 && gateway == 2;
      hops.add(
          new GuestNetwork.Hop(
              gateway == 0 ? null : net(bytes, ipv4 && !other).ip(),
              number(bytes, 2) == 1,
              1 + number(bytes, 256)));
    }
    return new GuestNetwork.Route(
        type,
        to.ip(),
        to.prefix(),
        integer(bytes),
        number(bytes, 1 << 16),
        number(bytes, 2) == 0 ? null : net(bytes, ipv4).ip(),
        hops);
  }

  private static GuestNetwork.Address net(ByteBuffer bytes, boolean ipv4)
      throws UnknownHostException {
    byte[] address = new byte[ipv4 ? 4 : 16];
    bytes.get(address, 0, Math.min(address.length, bytes.remaining()));
    InetAddress ip =
        ipv4 ? InetAddress.getByAddress(address) : Inet6Address.getByAddress(null, address, -1);
    return new GuestNetwork.Address(ip, number(bytes, ipv4 ? 33 : 129));
  }

  private static int number(ByteBuffer bytes, int below) {
    return Math.floorMod(bytes.remaining() < 2 ? 0 : bytes.getShort(), below);
  }

  private static int integer(ByteBuffer bytes) {
    return bytes.remaining() < 4 ? 0 : bytes.getInt();
  }

  // In words that are compared

  private static String bytes(String text) {
    return bytes(text.getBytes(UTF_8));
  }

  private static String bytes(byte[] text) {
    return new String(text, ISO_8859_1);
  }

  private static String hex(InetAddress ip) {
    return HexFormat.of().formatHex(ip.getAddress());
  }

  private static int family(InetAddress ip) {
    return ip instanceof Inet4Address ? 2 : 10;
  }

  private static String address(GuestNetwork.Address address) {
    return "20 " + family(address.ip()) + "/" + address.prefix() + " 2=" + hex(address.ip());
  }

  private static String rule(GuestNetwork.Rule rule) {
    GuestNetwork.Address to = rule.destination();
    GuestNetwork.Address from = rule.source();
    return "32 "
        + family(to.ip())
        + "/"
        + to.prefix()
        + "/"
        + from.prefix()
        + " action "
        + rule.action()
        + " 6="
        + Integer.toHexString(rule.priority())
        + (from.prefix() == 0 ? "" : " 2=" + hex(from.ip()))
        + (to.prefix() == 0 ? "" : " 1=" + hex(to.ip()));
  }

  private static String route(GuestNetwork network, GuestNetwork.Route route) {
    int family = family(route.destination());
    InetAddress source = route.source();
    StringBuilder text = new StringBuilder("24 ");
    text.append(family).append('/').append(route.prefix()).append(" type ").append(route.type());
    if (route.prefix() > 0) {
      text.append(" 1=").append(hex(route.destination()));
    }
    if (route.metric() != 0) {
      text.append(" 6=").append(Integer.toHexString(route.metric()));
    }
    if (route.mtu() != 0) {
      text.append(" mtu ").append(route.mtu());
    }
    if (source != null) {
      text.append(" 7=").append(hex(source));
    }
    for (GuestNetwork.Hop hop : route.hops()) {
      InetAddress gateway = hop.gateway();
      boolean onlink = gateway != null && (hop.onlink() || network.isOffRoutes(gateway));
      text.append(onlink ? " onlink" : " hop");
      text.append(route.hops().size() > 1 ? "*" + hop.weight() : "");
      text.append(gateway == null ? "" : " " + family(gateway) + " " + hex(gateway));
    }
    return text.toString();
  }

  /// One request, `struct nlmsghdr` and what follows.
  private static String request(byte[] piece) {
    ByteBuffer message = ByteBuffer.wrap(piece).order(ByteOrder.nativeOrder());
    int type = message.getShort(4);
    int family = message.get(16);
    StringBuilder text = new StringBuilder();
    text.append(type).append(' ').append(family).append('/').append(piece[17] & 0xff);
    return switch (type) {
      case 20 -> text.append(attributes(message, 24, "2")).toString();
      case 32 ->
          text.append('/')
              .append(piece[18] & 0xff)
              .append(" action ")
              .append(piece[23])
              .append(attributes(message, 28, "612"))
              .toString();
      case 24 -> {
        text.append(" type ").append(piece[23]);
        boolean onlink = (message.getInt(24) & 4) != 0;
        yield text.append(routeAttributes(message, family, onlink)).toString();
      }
      default -> throw new AssertionError("a request of type " + type);
    };
  }

  private static String attributes(ByteBuffer message, int from, String wanted) {
    StringBuilder text = new StringBuilder();
    for (int at = from; at < message.limit(); at += (message.getShort(at) + 3) & ~3) {
      int type = message.getShort(at + 2);
      if (wanted.indexOf('0' + type) >= 0) {
        text.append(' ').append(type).append('=').append(value(message, at, type == 6));
      }
    }
    return text.toString();
  }

  private static String value(ByteBuffer message, int at, boolean isNumber) {
    if (isNumber) {
      return Integer.toHexString(message.getInt(at + 4));
    }
    byte[] value = new byte[message.getShort(at) - 4];
    message.get(at + 4, value);
    return HexFormat.of().formatHex(value);
  }

  private static String routeAttributes(ByteBuffer message, int family, boolean onlink) {
    StringBuilder text = new StringBuilder();
    String gateway = "";
    for (int at = 28; at < message.limit(); at += (message.getShort(at) + 3) & ~3) {
      int type = message.getShort(at + 2);
      switch (type) {
        case 1, 6, 7 ->
            text.append(' ').append(type).append('=').append(value(message, at, type == 6));
        case 8 -> text.append(" mtu ").append(message.getInt(at + 8));
        case 5 -> gateway = " " + family + " " + value(message, at, false);
        case 18 -> gateway = " 10 " + value(message, at, false).substring(4);
        case 4 ->
            text.append(onlink ? " onlink" : " hop")
                .append(gateway)
                .append(isLink(message, at + 4));
        case 9 -> text.append(hops(message, at + 4, at + message.getShort(at), family));
        default -> throw new AssertionError("an attribute " + type);
      }
    }
    return text.toString();
  }

  private static String hops(ByteBuffer message, int from, int end, int family) {
    StringBuilder text = new StringBuilder();
    for (int at = from; at < end; at += (message.getShort(at) + 3) & ~3) {
      text.append((message.get(at + 2) & 4) != 0 ? " onlink*" : " hop*");
      text.append((message.get(at + 3) & 0xff) + 1).append(isLink(message, at + 4));
      if (message.getShort(at) > 8) {
        int type = message.getShort(at + 10);
        String value = value(message, at + 8, false);
        text.append(type == 5 ? " " + family + " " + value : " 10 " + value.substring(4));
      }
    }
    return text.toString();
  }

  private static String isLink(ByteBuffer message, int at) {
    return message.getInt(at) == LINK ? "" : " by another link";
  }
}
