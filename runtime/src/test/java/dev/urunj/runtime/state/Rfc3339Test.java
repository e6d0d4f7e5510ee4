package dev.urunj.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Rfc3339Test {
  private static final DateTimeFormatter EXPECTED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);
  private static final long SEED = 20261121;

  @Test
  void agreesWithJavaTimeOnRandomInstantsOfTenThousandYears() {
    Random random = new Random(SEED);
    long first = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    for (int i = 0; i < 20_000; i++) {
      Instant instant =
          Instant.ofEpochSecond(random.nextLong(first, last), random.nextInt(1_000_000_000));
      assertThat(Rfc3339.format(instant)).as("seed %d", SEED).isEqualTo(EXPECTED.format(instant));
    }
  }

  @Test
  void agreesWithJavaTimeOnEveryDayOfFourHundredYears() {
    Instant day = Instant.parse("1800-01-01T23:59:59.000000001Z");
    for (int i = 0; i < 146_097; i++) {
      assertThat(Rfc3339.format(day)).isEqualTo(EXPECTED.format(day));
      day = day.plusSeconds(86_400);
    }
  }
}
