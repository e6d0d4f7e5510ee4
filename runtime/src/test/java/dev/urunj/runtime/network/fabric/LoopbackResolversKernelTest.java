package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.network.Pod;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Needs(
    root = true,
    programs = {"ip"})
class LoopbackResolversKernelTest {
  private static final InetAddress DOCKERS = InetAddress.ofLiteral("127.0.0.11");

  private Pod pod;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.empty();
    pod.shell("ip link set lo up");
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  private LoopbackResolvers find(InetAddress... nameservers) throws IOException {
    return pod.call(() -> LoopbackResolvers.find(List.of(nameservers)));
  }

  @Test
  void resolverOnRandomPortsOfAnIpv4SocketIsFound() throws Exception {
    try (DatagramChannel udp =
            pod.call(() -> DatagramChannel.open(StandardProtocolFamily.INET).bind(at(DOCKERS, 0)));
        ServerSocketChannel tcp =
            pod.call(
                () -> ServerSocketChannel.open(StandardProtocolFamily.INET).bind(at(DOCKERS, 0)))) {
      assertThat(find(DOCKERS))
          .isEqualTo(found(DOCKERS, port(udp.getLocalAddress()), port(tcp.getLocalAddress())));
    }
    assertThat(find(DOCKERS).found()).containsExactly(new LoopbackResolver(DOCKERS, 53, 53));
  }

  @Test
  void resolverOnAMappedAddressOfAnIpv6SocketIsFound() throws Exception {
    try (DatagramSocket udp = pod.call(() -> new DatagramSocket(at(DOCKERS, 0)));
        ServerSocket tcp = pod.call(() -> new ServerSocket(0, 1, DOCKERS))) {
      assertThat(find(DOCKERS)).isEqualTo(found(DOCKERS, udp.getLocalPort(), tcp.getLocalPort()));
    }
  }

  @Test
  void resolverOfBothFamiliesIsOnPort53OfBoth() throws Exception {
    InetAddress ipv4 = InetAddress.ofLiteral("127.0.0.1");
    InetAddress ipv6 = InetAddress.ofLiteral("::1");
    try (DatagramSocket _ = pod.call(() -> new DatagramSocket(53));
        ServerSocket _ = pod.call(() -> new ServerSocket(53))) {
      LoopbackResolvers resolvers = find(ipv4);
      assertThat(resolvers.notes()).isEmpty();
      assertThat(resolvers.found())
          .containsExactly(new LoopbackResolver(ipv4, 53, 53), new LoopbackResolver(ipv6, 53, 53));
    }
  }

  @Test
  void connectedSocketsAreNoResolver() throws Exception {
    try (DatagramSocket client = pod.call(() -> new DatagramSocket(at(DOCKERS, 0)))) {
      client.connect(DOCKERS, 53);
      LoopbackResolvers resolvers = find(DOCKERS);
      assertThat(resolvers.found()).containsExactly(new LoopbackResolver(DOCKERS, 53, 53));
      assertThat(resolvers.notes()).hasSize(1);
    }
  }

  private static LoopbackResolvers found(InetAddress address, int udpPort, int tcpPort) {
    return new LoopbackResolvers(
        List.of(new LoopbackResolver(address, udpPort, tcpPort)), List.of());
  }

  private static InetSocketAddress at(InetAddress address, int port) {
    return new InetSocketAddress(address, port);
  }

  private static int port(java.net.SocketAddress address) {
    return ((InetSocketAddress) address).getPort();
  }
}
