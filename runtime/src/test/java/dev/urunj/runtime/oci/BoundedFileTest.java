package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedFileTest {
  @TempDir Path directory;

  @Test
  void fileOfExactlyTheLimitIsRead() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "12345");

    assertThat(BoundedFile.text(file, 5)).isEqualTo("12345");
  }

  @Test
  void fileOfOneByteMoreIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "123456");

    assertThatThrownBy(() -> BoundedFile.text(file, 5))
        .isInstanceOf(BadInputException.class)
        .hasMessage(file + ": is too large (6 bytes); expected at most 5 bytes");
  }

  @Test
  void sizeThatTheFileSystemHidesIsFoundWhileReading() {
    assertThatThrownBy(() -> BoundedFile.text(Path.of("/proc/self/status"), 5))
        .hasMessage("/proc/self/status: is too large (over 5 bytes); expected at most 5 bytes");
  }

  @Test
  void sparseFileOfAGigabyteIsRefusedAtOnce() throws IOException {
    Path file = TestFiles.sparse(directory.resolve("f"), 1L << 30);

    Assertions.assertTimeout(
        Duration.ofMillis(500),
        () ->
            assertThatThrownBy(() -> BoundedFile.text(file, 1 << 20))
                .hasMessageContaining("is too large (1073741824 bytes)"));
  }

  @Test
  void fifoIsRefusedWithoutBlocking() throws Exception {
    Path file = TestFiles.fifo(directory.resolve("f"));

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            assertThatThrownBy(() -> BoundedFile.text(file, 5))
                .hasMessage(file + ": is a FIFO, socket or device; expected a regular file"));
  }

  @Test
  void deviceIsRefused() {
    assertThatThrownBy(() -> BoundedFile.text(Path.of("/dev/zero"), 5))
        .hasMessage("/dev/zero: is a FIFO, socket or device; expected a regular file");
  }

  @Test
  void directoryIsRefused() {
    assertThatThrownBy(() -> BoundedFile.text(directory, 5))
        .hasMessage(directory + ": is a directory; expected a regular file");
  }

  @Test
  void missingFileIsToldApart() {
    assertThatThrownBy(() -> BoundedFile.text(directory.resolve("f"), 5))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void fileBelowAFileIsMissing() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "");

    assertThatThrownBy(() -> BoundedFile.text(file.resolve("g"), 5))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void linkThatLeadsInACircleIsABadName() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("f"), Path.of("f"));

    assertThatThrownBy(() -> BoundedFile.text(link, 5))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cannot be read: Too many levels of symbolic links");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    Path file = Files.write(directory.resolve("f"), new byte[] {'a', (byte) 0xff});

    assertThatThrownBy(() -> BoundedFile.text(file, 5))
        .hasMessage(file + ": is not UTF-8 text; expected UTF-8");
  }

  @Test
  void replacementCharacterOfTheFileItselfIsText() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "\uFFFD");

    assertThat(BoundedFile.text(file, 5)).isEqualTo("\uFFFD");
  }

  @Test
  void linesAreTextWithoutWhatFollowsTheLastLineFeed() throws IOException {
    Path file = directory.resolve("lines");
    Files.write(file, new byte[] {'a', '\n', (byte) 0xc3, (byte) 0xa4, '\n', 'b', (byte) 0xc3});

    assertThat(BoundedFile.lines(file, 100)).isEqualTo("a\nä\n");
  }

  @Test
  void fileWithoutLineFeedHasNoLines() throws IOException {
    Path file = directory.resolve("lines");
    Files.write(file, new byte[] {'a', (byte) 0xc3});

    assertThat(BoundedFile.lines(file, 100)).isEmpty();
  }
}
