package dev.urunj.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassArchiveTest {
  private static final String LIBRARY = "/opt/urunj/lib/liburunj.so";

  @Test
  void nothingIsSaidOfAnArchiveThatIsThere() {
    assertThat(new ClassArchive("found", LIBRARY).slowness()).isEmpty();
    assertThat(new ClassArchive(null, LIBRARY).slowness()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "begun, being made now",
    "failed, /opt/urunj/lib/urunj-*.failed says why",
    "read-only, run /opt/urunj/lib/train where it can be written"
  })
  void missingArchiveIsOneLineWithWhatComesNext(String found, String said) {
    String line = new ClassArchive(found, LIBRARY).slowness();
    assertThat(line).startsWith("\narchive of classes: none for these files").contains(said);
    assertThat(line.substring(1)).doesNotContain("\n");
  }
}
