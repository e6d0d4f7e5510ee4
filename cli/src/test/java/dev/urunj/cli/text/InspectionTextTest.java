package dev.urunj.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InspectionTextTest {
  @Test
  void everythingIsThereAndTheFirstBrokenHopComesLast() {
    assertThat(InspectionText.of(SampleInspection.withBrokenHop()))
        .isEqualTo(
            """
            container  web, running, qemu, pid 4711
            wiring     fabric (network mode auto)
            localhost  shared: the guest finds the pod's at 169.254.223.1 and fd75::1
            namespace  net:[7], cookie 8, kept at /run/urunj/web/netns
            interface  eth0, index 2, 02:00:00:00:00:01, MTU 1500, up, carrier, root qdisc pfifo
                       10.9.1.2/24
                       received 1 packets, 60 bytes, 2 dropped; sent 3 packets, 180 bytes, 4 dropped
            tap        tap0_urunc, index 3, 02:00:00:00:00:01, MTU 1500, up, held, root qdisc pfifo
                       from the guest 1 packets, 60 bytes, 2 dropped; to the guest 3 packets, 180 bytes, 4 dropped
            lo         up, route_localnet 1, accept_local 0 (needs 1)
                       local route to 127.88.0.0/16 is missing
                       80/tcp is guest 1's
            dns        10.96.0.10
                       127.0.0.11, for the guest at 169.254.223.1
                       ::1, out of the guest's reach
                       questions go to 127.0.0.11: UDP port 43125 (bound), TCP port 38231 (not bound)
            filters    AT                  QDISC    PROGRAM     ID    TAG
                       tap0_urunc, in      ingress  from_guest  81    df746461f5376a29
                       lo, out             clsact   missing

            traffic                                                        PACKETS       BYTES
            arrived on the pod's interface
              for a guest                                                       20        1448
            on the pod's loopback
              localhost                                                         16        1137
            dropped: nothing

            ok       monitor        qemu, pid 4711, runs
            BROKEN   filter-lo      our filter is gone from lo
            warning  a foreign\\u001b filter

            first broken: filter-lo: our filter is gone from lo
            what to do: restart the container\
            """);
  }

  @Test
  void exitIsSaidOfOneThatHasEnded() {
    assertThat(InspectionText.of(SampleInspection.ended()))
        .startsWith("container  web, stopped with status 137 at 2026-11-27T12:00:00Z\n");
  }

  @Test
  void dropsStandApart() {
    assertThat(InspectionText.of(SampleInspection.withDrops()))
        .contains(
            """
            dropped
              to an alias                                                        3           9
            """)
        .endsWith("\n\nnothing is broken");
  }

  @Test
  void containerWhoseCreateHasBegunHasLittleToShow() {
    assertThat(InspectionText.of(SampleInspection.begun()))
        .isEqualTo(
            """
            container  web, creating

            pending  monitor        create is under way

            nothing is broken\
            """);
  }
}
