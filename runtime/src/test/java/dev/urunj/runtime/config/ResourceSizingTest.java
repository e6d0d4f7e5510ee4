package dev.urunj.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.image.Overrides;
import dev.urunj.runtime.image.WantedAccelerator;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceSizingTest {
  private static final MonitorConfig MONITOR =
      new MonitorConfig(300, 3, null, null, false, WantedAccelerator.AUTO, 128);

  private static Spec spec(String resources) throws IOException {
    String text = "{\"linux\":{\"resources\":" + resources + "}}";
    return new Spec(Json.parse(text, "/b/config.json"), Path.of("/b/config.json"));
  }

  private static ResourceSizing size(String resources) throws IOException {
    return ResourceSizing.of(spec(resources), Overrides.none(), MONITOR);
  }

  @Test
  void withoutLimitsTheConfigurationHolds() throws IOException {
    assertThat(size("{}")).isEqualTo(new ResourceSizing(300, 3));
    assertThat(size("{\"memory\":{\"limit\":-1},\"cpu\":{\"quota\":-1,\"period\":100000}}"))
        .isEqualTo(new ResourceSizing(300, 3));
  }

  @ParameterizedTest
  @CsvSource({"536870912, 512", "536870911, 511", "33554432, 32", "17592186044416, 16777216"})
  void memoryIsTheLimitInWholeMebibytes(long limit, int mib) throws IOException {
    assertThat(size("{\"memory\":{\"limit\":" + limit + "}}").memoryMib()).isEqualTo(mib);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 33554431, 17593000000000L, 1L << 62})
  void memoryLimitThatNoGuestCanHaveIsRefused(long limit) {
    assertThatThrownBy(() -> size("{\"memory\":{\"limit\":" + limit + "}}"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "/b/config.json: linux.resources.memory.limit: a guest cannot have "
                + limit
                + " bytes; expected 32 MiB to 16 TiB, or no limit");
  }

  @ParameterizedTest
  @CsvSource({
    "100000, 100000, 1",
    "100001, 100000, 2",
    "150000, 100000, 2",
    "1000, 100000, 1",
    "400000, 50000, 8",
    "25600000, 100000, 256",
    "25600001, 100000, 256",
    "9223372036854775807, 1, 256",
    "1, 9223372036854775807, 1",
    "200000, 0, 2",
  })
  void vcpusAreTheQuotaInWholeCpus(long quota, long period, int vcpus) throws IOException {
    assertThat(size("{\"cpu\":{\"quota\":" + quota + ",\"period\":" + period + "}}").vcpus())
        .isEqualTo(vcpus);
  }

  @Test
  void quotaWithoutPeriodIsOfTheKernelsPeriod() throws IOException {
    assertThat(size("{\"cpu\":{\"quota\":250000}}").vcpus()).isEqualTo(3);
  }

  @Test
  void annotationsWin() throws IOException {
    Overrides overrides =
        new Overrides(OptionalInt.of(64), OptionalInt.of(7), null, null, null, null, null);

    assertThat(
            ResourceSizing.of(
                spec("{\"memory\":{\"limit\":1},\"cpu\":{\"quota\":100000}}"), overrides, MONITOR))
        .isEqualTo(new ResourceSizing(64, 7));
  }
}
