package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.network.fabric.BoundSockets.Bound;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopbackResolversTest {
  private final List<Bound> udp = new ArrayList<>();
  private final List<Bound> tcp = new ArrayList<>();

  private LoopbackResolvers of(String... nameservers) throws Exception {
    List<InetAddress> addresses = new ArrayList<>();
    for (String nameserver : nameservers) {
      addresses.add(InetAddress.ofLiteral(nameserver));
    }
    return LoopbackResolvers.of(addresses, new BoundSockets(udp, tcp));
  }

  private static void bind(List<Bound> sockets, String address, int port) {
    sockets.add(new Bound(InetAddress.ofLiteral(address), port));
  }

  private static LoopbackResolver resolver(String address, int udpPort, int tcpPort) {
    return new LoopbackResolver(InetAddress.ofLiteral(address), udpPort, tcpPort);
  }

  @Test
  void dockersIsOnTheOnlyPortsOfItsAddress() throws Exception {
    bind(udp, "127.0.0.11", 40001);
    bind(tcp, "127.0.0.11", 35002);
    bind(udp, "0.0.0.0", 53); // another program's: the rules of the pod lead past it
    bind(tcp, "127.0.0.1", 8080);
    LoopbackResolvers resolvers = of("127.0.0.11");
    assertThat(resolvers.found()).containsExactly(resolver("127.0.0.11", 40001, 35002));
    assertThat(resolvers.notes()).isEmpty();
  }

  @Test
  void port53OfTheAddressIsBeforeOthers() throws Exception {
    bind(udp, "127.0.0.53", 5355);
    bind(udp, "127.0.0.53", 53);
    bind(tcp, "127.0.0.53", 53);
    assertThat(of("127.0.0.53").found()).containsExactly(resolver("127.0.0.53", 53, 53));
  }

  @Test
  void socketOnEveryAddressIsOnPort53OfThisOne() throws Exception {
    bind(udp, "0.0.0.0", 53);
    LoopbackResolvers resolvers = of("127.0.0.53");
    assertThat(resolvers.found()).containsExactly(resolver("127.0.0.53", 53, 53));
    assertThat(resolvers.notes()).isEmpty();
  }

  @Test
  void otherPortsOfLocalhostAreNoResolver() throws Exception {
    bind(udp, "127.0.0.1", 8125);
    bind(tcp, "127.0.0.1", 9090);
    LoopbackResolvers resolvers = of("127.0.0.1");
    assertThat(resolvers.found()).containsExactly(resolver("127.0.0.1", 53, 53));
    assertThat(resolvers.notes())
        .containsExactly("nameserver 127.0.0.1: nothing in the pod answers there as yet");
  }

  @Test
  void severalPortsAreNotedAndTheLowestTaken() throws Exception {
    bind(udp, "127.0.0.11", 40001);
    bind(udp, "127.0.0.11", 30001);
    bind(udp, "127.0.0.11", 30001);
    bind(tcp, "127.0.0.11", 35002);
    LoopbackResolvers resolvers = of("127.0.0.11");
    assertThat(resolvers.found()).containsExactly(resolver("127.0.0.11", 30001, 35002));
    assertThat(resolvers.notes())
        .containsExactly(
            "nameserver 127.0.0.11: 2 UDP ports are bound there;"
                + " the guest's questions go to the lowest, 30001");
  }

  @Test
  void ofAFamilyTheFirstThatAnswersCounts() throws Exception {
    bind(udp, "127.0.0.11", 40001);
    assertThat(of("127.0.0.53", "127.0.0.11").found())
        .containsExactly(resolver("127.0.0.11", 40001, 53));
  }

  @Test
  void familyWithoutANameserverHasWhoServesItsLocalhost() throws Exception {
    bind(udp, "::", 53);
    assertThat(of("127.0.0.1").found())
        .containsExactly(resolver("127.0.0.1", 53, 53), resolver("::1", 53, 53));
    assertThat(of()).isEqualTo(new LoopbackResolvers(List.of(), List.of()));
  }

  @Test
  void zerosAreLocalhost() throws Exception {
    assertThat(of("0.0.0.0", "::").found())
        .containsExactly(resolver("127.0.0.1", 53, 53), resolver("::1", 53, 53));
  }
}
