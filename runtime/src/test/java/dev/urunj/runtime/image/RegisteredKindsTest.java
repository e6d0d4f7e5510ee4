package dev.urunj.runtime.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.Guest;
import dev.urunj.runtime.guest.ToyGuest;
import dev.urunj.runtime.monitor.Monitor;
import dev.urunj.runtime.monitor.toy.Toy;
import dev.urunj.runtime.registry.Registry;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What is registered keeps to what the image contract says of its kind. An image is refused by
/// that, before there is a monitor that could be asked.
class RegisteredKindsTest {
  @Test
  void aMonitorBootsNoMoreThanItsKind() throws IOException {
    for (String name : Registry.monitors()) {
      assertKept(name, Registry.monitor(name));
    }
    assertKept("firecracker", new Toy());
  }

  @Test
  void aGuestBootsInNoMoreWaysThanItsKind() throws IOException {
    for (String name : Registry.guests()) {
      assertKept(name, Registry.guest(name));
    }
    assertKept("freebsd", new ToyGuest());
  }

  private static void assertKept(String name, Monitor monitor) {
    MonitorKind kind = requireNonNull(MonitorKind.of(name), "a name of the contract");
    for (Architecture each : Architecture.values()) {
      assertThat(kind.protocols()).containsAll(monitor.traits(each).protocols());
    }
  }

  private static void assertKept(String name, Guest guest) {
    GuestKind kind = requireNonNull(GuestKind.of(name), "a name of the contract");
    assertThat(kind.protocols()).containsAll(guest.protocols());
    assertThat(guest.protocols()).isNotEmpty();
  }
}
