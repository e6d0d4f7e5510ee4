package dev.urunj.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuestMemoryTest {
  @ParameterizedTest
  @CsvSource({
    "32, 32",
    "512, 512",
    "0512, 512",
    "512Mi, 512",
    "2Gi, 2048",
    "512M, 488",
    "1G, 953",
    "536870912B, 512",
    "536870911B, 511",
    "33554432B, 32",
    "16777216, 16777216",
    "16384Gi, 16777216",
    "17592186044416B, 16777216",
  })
  void sizeIsWholeMebibytes(String text, int mib) {
    assertThat(GuestMemory.parseMib(text)).isEqualTo(mib);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Mi",
        "-512",
        "+512",
        " 512",
        "512 ",
        "512 Mi",
        "5.5Gi",
        "512mi",
        "512k",
        "512MiB",
        "0",
        "31",
        "33554431B",
        "16777217",
        "16385Gi",
        "17592186044417B",
        "536870912",
        "999999999999999999Gi",
        "9999999999999999999",
        "18446744073709551616B",
        "٥١٢",
        "0x200",
        "1e3"
      })
  void otherTextIsNoSize(String text) {
    assertThat(GuestMemory.parseMib(text)).isNull();
  }

  @Test
  void bytesOutOfRangeAreNoSize() {
    assertThat(GuestMemory.wholeMib(33554431)).isZero();
    assertThat(GuestMemory.wholeMib(33554432)).isEqualTo(32);
    assertThat(GuestMemory.wholeMib(Long.MAX_VALUE)).isZero();
    assertThat(GuestMemory.wholeMib((16L << 40) + (1 << 20))).isZero();
  }

  @Test
  void rangeIsSaidInWords() {
    assertThat(GuestMemory.RANGE).isEqualTo("32 MiB to 16 TiB");
  }
}
