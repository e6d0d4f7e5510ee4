package dev.urunj.runtime.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpioTest {
  private final ArchiveBytes out = new ArchiveBytes();

  @Test
  void entriesReadBackWithModesOwnersAndContent() throws IOException {
    Cpio cpio = new Cpio(out, 10_000, 10);
    cpio.directory("/etc", 01777, 1, 2);
    cpio.file("/etc/ü", 0640, 4294967295L, 4, "hello".getBytes(UTF_8));
    cpio.symlink(Cpio.name("/l"), "etc/ü".getBytes(UTF_8), 0, 0);
    cpio.trailer();

    assertThat(CpioReader.read(out.toByteArray()))
        .extracting(CpioReader.Entry::toString)
        .containsExactly("etc 41777 1:2 ", "etc/ü 100640 4294967295:4 hello", "l 120777 0:0 etc/ü");
    assertThat(out.size()).isEqualTo(cpio.written()).isEqualTo(out.size() / 4 * 4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "a", "/../x", "/a/../b", "/a//b", "/a/", "/./a", "/a/.", "/a\0b"})
  void hostilePathIsRefused(String path) {
    Cpio cpio = new Cpio(out, 10_000, 10);
    assertThatThrownBy(() -> cpio.file(path, 0644, 0, 0, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected an absolute path");
    assertThat(out.size()).isZero();
  }

  @Test
  void namesWithDotsThatAreNoDotComponentsAreAccepted() throws IOException {
    assertThat(Cpio.name("/..data/.x/a..b/...")).isEqualTo("..data/.x/a..b/...".getBytes(UTF_8));
  }

  @Test
  void componentOf256BytesIsRefused() {
    assertThatThrownBy(() -> Cpio.name("/" + "a".repeat(256))).isInstanceOf(IOException.class);
  }

  @Test
  void archiveNeverGrowsPastItsBound() {
    Cpio cpio = new Cpio(out, 1000, 10);
    assertThatThrownBy(() -> cpio.file("/big", 0644, 0, 0, new byte[900]))
        .hasMessageContaining("do not fit the guest; expected at most 1 MiB");
    assertThat(out.size()).isZero();
  }

  @Test
  void numberOfEntriesIsBounded() throws IOException {
    Cpio cpio = new Cpio(out, 10_000, 2);
    cpio.directory("/a", 0755, 0, 0);
    cpio.directory("/b", 0755, 0, 0);
    assertThatThrownBy(() -> cpio.directory("/c", 0755, 0, 0))
        .hasMessageContaining("expected at most 1 MiB and 2 files");
    cpio.trailer();
  }

  @Test
  void fileThatBecameShorterIsWhatWasReadOfIt() throws IOException {
    Cpio cpio = new Cpio(out, 10_000, 10);
    byte[][] parts = {"abc".getBytes(UTF_8), "de".getBytes(UTF_8), new byte[0]};
    int[] next = {0};
    cpio.file(
        Cpio.name("/log"),
        0600,
        0,
        0,
        (into, length) -> {
          byte[] part = parts[next[0]++];
          System.arraycopy(part, 0, into, 0, part.length);
          return part.length;
        },
        4000);
    cpio.file("/next", 0600, 0, 0, new byte[] {'x'});
    cpio.trailer();
    assertThat(CpioReader.read(out.toByteArray()))
        .extracting(CpioReader.Entry::toString)
        .containsExactly("log 100600 0:0 abcde", "next 100600 0:0 x");
    assertThat(out.size()).isEqualTo(cpio.written());
  }

  @Test
  void whatWasTakenBackTakesNoRoom() throws IOException {
    Cpio cpio = new Cpio(out, 1000, 2);
    Cpio.Mark mark = cpio.mark();
    for (int i = 0; i < 100; i++) {
      cpio.rewind(mark);
      cpio.file("/a", 0600, 0, 0, new byte[500]);
    }
    cpio.trailer();
    assertThat(CpioReader.read(out.toByteArray())).hasSize(1);
  }
}
