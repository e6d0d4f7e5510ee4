package dev.urunj.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.network.DeclaredPorts;
import dev.urunj.runtime.oci.BadInputException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverridesTest {
  @Test
  void allAreRead() throws BadInputException {
    Overrides overrides =
        Overrides.read(
            "f",
            Map.of(
                "dev.urunj.memory", "1Gi",
                "dev.urunj.vcpus", "256",
                "dev.urunj.monitor", "firecracker",
                "dev.urunj.accel", "kvm",
                "dev.urunj.network.mode", "fabric",
                "dev.urunj.network.localhost", "false",
                "dev.urunj.ports", "80"));

    assertThat(overrides)
        .isEqualTo(
            new Overrides(
                OptionalInt.of(1024),
                OptionalInt.of(256),
                MonitorKind.FIRECRACKER,
                WantedAccelerator.KVM,
                NetworkMode.FABRIC,
                false,
                new DeclaredPorts(List.of(new DeclaredPorts.Range(false, 80, 80)))));
  }

  @ParameterizedTest
  @CsvSource({
    "io.kubernetes.cri.container-name, web, 81/tcp",
    "io.kubernetes.container.name, web, 81/tcp",
    "io.kubernetes.cri.container-name, other, 80/tcp",
    "io.kubernetes.cri.container-name, '', 80/tcp",
    "io.kubernetes.cri.container-name, empty, 80/tcp",
  })
  void portsOfTheContainersOwnNameWin(String key, String name, String expected)
      throws BadInputException {
    Map<String, String> annotations =
        Map.of(
            key,
            name,
            "dev.urunj.ports",
            "80",
            "dev.urunj.ports.web",
            "81",
            "dev.urunj.ports.empty",
            "",
            "dev.urunj.ports.",
            "82");
    assertThat(Objects.requireNonNull(Overrides.read("f", annotations).ports()).text())
        .isEqualTo(expected);
  }

  @Test
  void absentAndEmptyAreNone() throws BadInputException {
    assertThat(Overrides.read("f", Map.of("other", "x", "dev.urunj.vcpus", "")))
        .isEqualTo(Overrides.none());
  }

  @ParameterizedTest
  @CsvSource({
    "dev.urunj.memory, 16",
    "dev.urunj.memory, lots",
    "dev.urunj.vcpus, 0",
    "dev.urunj.vcpus, 257",
    "dev.urunj.vcpus, -1",
    "dev.urunj.vcpus, 1.5",
    "dev.urunj.vcpus, 99999999999999999999",
    "dev.urunj.vcpus, 4294967297",
    "dev.urunj.network.mode, Fabric",
    "dev.urunj.network.localhost, yes",
    "dev.urunj.ports, 0",
    "dev.urunj.monitor, QEMU",
    "dev.urunj.monitor, cWVtdQ==",
    "dev.urunj.accel, hvf",
    "dev.urunj.accel, '-accel kvm'",
  })
  void otherValuesAreNamed(String key, String value) {
    assertThatThrownBy(() -> Overrides.read("f", Map.of(key, value)))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("f: " + key + ": is \"" + value + "\"; expected ");
  }
}
