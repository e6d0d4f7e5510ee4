package dev.urunj.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.config.NetworkConfig;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.image.Overrides;
import dev.urunj.runtime.network.AliasNets;
import dev.urunj.runtime.state.WiringRecord;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WiringChoiceTest {
  private static final String NAME = "io.kubernetes.cri.container-name";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "auto,     -,        user-container, static or auto",
        "redirect, auto,     user-container, static or auto",
        "auto,     fabric,   user-container, fabric",
        "auto,     redirect, user-container, redirect",
        "fabric,   -,        user-container, fabric",
        "redirect, -,        user-container, redirect",
        "static,   -,        user-container, static",
        "auto,     -,        queue-proxy,    auto",
        "auto,     -,        -,              auto",
        "auto,     static,   -,              static",
        "static,   -,        web,            static",
        "fabric,   auto,     web,            auto"
      })
  void annotationThenNodeThenKnative(
      String node, @Nullable String annotation, @Nullable String name, String word) {
    NetworkMode given = annotation == null ? null : NetworkMode.of(annotation);
    Overrides overrides =
        new Overrides(OptionalInt.empty(), OptionalInt.empty(), null, null, given, null, null);
    NetworkMode configured = NetworkMode.of(node);
    assertThat(configured).isNotNull();
    WiringRecord choice =
        MonitorChoice.wiring(
            name == null ? Map.of() : Map.of(NAME, name),
            overrides,
            new NetworkConfig(configured, true, new AliasNets(List.of())));
    NetworkMode wanted = NetworkMode.recorded(word);
    assertThat(wanted).isNotNull();
    assertThat(choice).isEqualTo(WiringRecord.wanted(wanted, true));
  }
}
