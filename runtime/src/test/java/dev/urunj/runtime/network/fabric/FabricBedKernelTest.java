package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import dev.urunj.testkit.TestNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The fabric's programs by themselves, compiled from their source: `src/test/bed` plays a node, a
/// pod and guests with namespaces and sends real packets. `matrix.py` is the table of who reaches
/// whom, `containers.py` what belongs to containers without a socket that says so; `hardening.py`,
/// what goes beyond it, has deadlines of its own and is run by hand.
@Needs(
    root = true,
    programs = {"python3", "clang", "ip", "bridge", "tc", "unshare", "nsenter"})
class FabricBedKernelTest {
  private static final Path BED = Path.of("src/test/bed").toAbsolutePath();

  @Test
  void worldSidecarAndGuestReachEachOtherAndClosedPortsRefuse() throws Exception {
    run("matrix.py");
  }

  @Test
  void protocolsWithoutPortsReachGuestAndContainer() throws Exception {
    run(
        "containers.py",
        "protocols_without_ports_reach_guest_and_container",
        "protocol_that_the_guest_has_is_not_refused_by_the_pod",
        "tunnels_of_a_container_work");
  }

  @Test
  void packetSocketsOfOneEthertypeHear() throws Exception {
    run("containers.py", "packet_sockets_of_one_ethertype_hear");
  }

  @Test
  void clientsOfDhcpHearTheirServer() throws Exception {
    run("containers.py", "clients_of_dhcp_hear_their_server");
  }

  @Test
  void addressThatTheGuestDoesNotHaveIsThePods() throws Exception {
    run(
        "containers.py",
        "address_that_the_guest_does_not_have_is_the_pods",
        "second_address_that_the_guest_has_is_the_guests",
        "what_the_pod_forwards_is_not_the_guests",
        "multicast_in_a_frame_to_one_host_is_both_s");
  }

  @Test
  void addressThatHasLeftThePodIsAnsweredForByNobody() throws Exception {
    run("containers.py", "address_that_has_left_the_pod_is_answered_for_by_nobody");
  }

  @Test
  void podBehindAHairpinPortFindsNoDoubleOfItsAddress() throws Exception {
    run("containers.py", "pod_behind_a_hairpin_port_finds_no_double_of_its_address");
  }

  /// @param cases of the script; all when there are none
  private static void run(String script, String... cases) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("env", "PYTHONDONTWRITEBYTECODE=1", "python3"));
    command.add(BED.resolve(script).toString());
    command.addAll(List.of(cases));
    try (TestNode node = TestNode.start()) {
      Result bed = node.run(command.toArray(String[]::new));
      assertThat(bed.stdout()).as(bed.stderr()).endsWith("\n0 failures\n");
      assertThat(bed.stdout().lines().filter(line -> line.startsWith("ok ")).count())
          .as(bed.stdout())
          .isGreaterThanOrEqualTo(Math.max(1, cases.length));
      assertThat(bed.exitCode()).isZero();
    }
  }
}
