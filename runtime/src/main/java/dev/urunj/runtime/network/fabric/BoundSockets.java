package dev.urunj.runtime.network.fabric;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sockets of a network namespace that wait for any peer: UDP sockets without a peer and TCP
/// listeners. From `/proc/net/{udp,udp6,tcp,tcp6}`, proc_pid_net(5).
///
/// An address is there in hexadecimal, by words of 32 bits in the machine's byte order; an IPv4
/// address that is mapped into IPv6 becomes IPv4. Lines of another shape are passed over.
record BoundSockets(List<Bound> udp, List<Bound> tcp) {
  /// The rest is not read, because listeners come first and no pod has so many UDP sockets.
  private static final int LIMIT_BYTES = 4 << 20;

  private static final String UNCONNECTED = "07"; // TCP_CLOSE, net/tcp_states.h
  private static final String LISTENING = "0A"; // TCP_LISTEN
  private static final int IPV4_DIGITS = 8;
  private static final int IPV6_DIGITS = 32;
  private static final int PORT_DIGITS = 4;

  /// A local address, all zeros for a socket on every address, and a port.
  record Bound(InetAddress address, int port) {
    /// Whether it is on every address, that one included. A socket on `::` has IPv4 as well, unless
    /// it declines, which cannot be seen.
    boolean isOnAll(InetAddress other) {
      return address.isAnyLocalAddress()
          && (other instanceof Inet4Address || !(address instanceof Inet4Address));
    }
  }

  /// Those of the calling thread's namespace.
  static BoundSockets ofThread() throws IOException {
    List<Bound> udp = new ArrayList<>();
    List<Bound> tcp = new ArrayList<>();
    add(udp, "udp", UNCONNECTED);
    add(udp, "udp6", UNCONNECTED);
    add(tcp, "tcp", LISTENING);
    add(tcp, "tcp6", LISTENING);
    return new BoundSockets(udp, tcp);
  }

  /// Whether a socket waits for datagrams to an address, by itself or among all.
  boolean takesUdp(InetAddress address, int port) {
    return isBound(udp, address, port);
  }

  /// Whether a socket waits for connections to an address, by itself or among all.
  boolean takesTcp(InetAddress address, int port) {
    return isBound(tcp, address, port);
  }

  private static boolean isBound(List<Bound> sockets, InetAddress address, int port) {
    for (Bound socket : sockets) {
      if (socket.port() == port && (socket.address().equals(address) || socket.isOnAll(address))) {
        return true;
      }
    }
    return false;
  }

  private static void add(List<Bound> into, String table, String state) throws IOException {
    byte[] bytes;
    try (FileInputStream in = new FileInputStream("/proc/thread-self/net/" + table)) {
      bytes = in.readNBytes(LIMIT_BYTES);
    } catch (FileNotFoundException e) {
      return; // a kernel without IPv6
    }
    into.addAll(parse(new String(bytes, StandardCharsets.ISO_8859_1), state));
  }

  /// The sockets of a table that are in a state: `07` without a peer, `0A` listening.
  static List<Bound> parse(String table, String state) {
    List<Bound> all = new ArrayList<>();
    for (int at = 0; at < table.length(); ) {
      int end = table.indexOf('\n', at);
      end = end < 0 ? table.length() : end;
      Bound bound = bound(table.substring(at, end), state);
      if (bound != null) {
        all.add(bound);
      }
      at = end + 1;
    }
    return all;
  }

  /// ` 12: 0B00007F:D431 00000000:0000 07 ...`
  private static @Nullable Bound bound(String line, String state) {
    int local = skipBlanks(line, line.indexOf(':') + 1);
    int localEnd = line.indexOf(' ', local);
    int remote = skipBlanks(line, localEnd);
    int remoteEnd = line.indexOf(' ', remote);
    if (local == 0 || localEnd < 0 || remoteEnd < 0) {
      return null;
    }
    int colon = line.indexOf(':', local);
    if (!line.startsWith(state + " ", skipBlanks(line, remoteEnd))
        || localEnd - colon != PORT_DIGITS + 1
        || colon < local) {
      return null;
    }
    InetAddress address = address(line.substring(local, colon));
    long port = number(line, colon + 1, localEnd);
    return address == null || port < 0 ? null : new Bound(address, (int) port);
  }

  private static int skipBlanks(String line, int from) {
    int at = Math.max(from, 0);
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  private static @Nullable InetAddress address(String digits) {
    if (digits.length() != IPV4_DIGITS && digits.length() != IPV6_DIGITS) {
      return null;
    }
    byte[] bytes = new byte[digits.length() / 2];
    for (int word = 0; word < bytes.length; word += Integer.BYTES) {
      long value = number(digits, 2 * word, 2 * (word + Integer.BYTES));
      if (value < 0) {
        return null;
      }
      boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
      for (int i = 0; i < Integer.BYTES; i++) {
        bytes[word + (little ? i : Integer.BYTES - 1 - i)] = (byte) (value >>> (Byte.SIZE * i));
      }
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("four or sixteen bytes", e);
    }
  }

  /// At most 8 digits; -1 when one is none.
  private static long number(String text, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }
}
