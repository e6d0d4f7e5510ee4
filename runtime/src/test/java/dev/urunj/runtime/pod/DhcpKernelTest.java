package dev.urunj.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.tap.Tap;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.Announced;
import dev.urunj.runtime.network.Pod;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients of DHCP that keep a pod's address listen by a packet socket of IP, which hears what
/// traffic control has left. A TAP is held as if a guest were behind it, and frames come from the
/// world.
@Needs(
    root = true,
    programs = {"ip", "python3"},
    files = "/dev/net/tun")
class DhcpKernelTest {
  /// Sends frames to eth0, and says which of them a client in the pod and the TAP have heard.
  private static final String WORLD =
      """
      import select, socket, struct, sys, time
      def ear(link, protocol):
          s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(protocol))
          s.bind((link, protocol))
          return s
      ears = {'client': ear('eth0', 0x0800), 'tap': ear('tap0_urunc', 3)}
      mouth = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
      mouth.bind(('peer0', 0))
      mac = {'eth0': ears['client'].getsockname()[4], 'peer0': mouth.getsockname()[4]}
      def sum16(data):
          total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
          while total >> 16: total = (total & 0xffff) + (total >> 16)
          return ~total & 0xffff
      def udp(text, source, port, to='10.1.0.2', ether=None, protocol=17, offset=0):
          body = struct.pack('!HHHH', source, port, 8 + len(text), 0) + text.encode()
          ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(body), 1, offset, 64, protocol, 0,
                           socket.inet_aton('10.1.0.1'), socket.inet_aton(to))
          ip = ip[:10] + struct.pack('!H', sum16(ip)) + ip[12:]
          mouth.send((ether or mac['eth0']) + mac['peer0'] + bytes([8, 0]) + ip + body)
      udp('answer', 67, 68)
      udp('from-a-relay', 1067, 68)
      udp('broadcast', 67, 68, '255.255.255.255', b'\\xff' * 6)
      udp('offer', 67, 68, '10.1.0.77')
      udp('of-tcp', 67, 68, protocol=6)
      udp('fragment', 67, 68, offset=8)
      udp('to-the-guest', 68, 8080)
      heard = {name: [] for name in ears}
      until = time.monotonic() + 5
      while 'to-the-guest' not in heard[sys.argv[1]] and time.monotonic() < until:
          ready, _, _ = select.select(list(ears.values()), [], [], 0.2)
          for name, s in ears.items():
              if s not in ready: continue
              data, where = s.recvfrom(2000)
              if data[:1] == b'E' and data[12:16] == socket.inet_aton('10.1.0.1') \\
                 and (name == 'tap') == (where[2] == socket.PACKET_OUTGOING):
                  heard[name].append(data[28:].decode())
      for name in ears: print(name, *heard[name])
      """;

  private static final String ALL =
      " answer from-a-relay broadcast offer of-tcp fragment to-the-guest\n";

  private Pod pod;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.withEth0();
    pod.shell("ip link set lo up");
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"redirect", "fabric"})
  void answersReachAClientInThePod(String mode) throws IOException {
    try (Tap _ = pod.network(n -> n.openTap(n.freeTapName(), 0, 0, new Announced()))) {
      pod.run(network ->
          Pod.join(
              Wirings.of(Objects.requireNonNull(NetworkMode.of(mode))),
              network,
              "tap0_urunc",
              new Announced()));
      String heard = world("tap");
      String more = mode.equals("fabric") ? " fragment" : ""; // of which no client saw the first
      assertThat(heard)
          .contains("client answer from-a-relay broadcast offer" + more + "\n")
          .contains("tap" + ALL);
    }
  }

  private String world(String last) throws IOException {
    return pod.shell("python3 - " + last + " <<'EOF'\n" + WORLD + "EOF\n");
  }
}
