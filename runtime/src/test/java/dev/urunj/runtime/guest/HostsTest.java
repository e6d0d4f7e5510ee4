package dev.urunj.runtime.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsTest {
  @TempDir private Path directory;

  private static byte[] read(Path file) {
    return Objects.requireNonNull(Hosts.read(file));
  }

  @Test
  void linesComeBehindTheFilesOwn() throws Exception {
    Path file = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    assertThat(Hosts.extended(read(file), List.of("1 a", "2 b")))
        .isEqualTo("127.0.0.1 localhost\n1 a\n2 b\n".getBytes(UTF_8));
  }

  @Test
  void lastLineWithoutEndIsEnded() throws Exception {
    Path file = Files.writeString(directory.resolve("hosts"), "x");
    assertThat(Hosts.extended(read(file), List.of("1 a"))).isEqualTo("x\n1 a\n".getBytes(UTF_8));
    assertThat(Files.readString(file)).isEqualTo("x");
  }

  @Test
  void directoryAndOversizedFileAreLeftAsTheyAre() throws Exception {
    assertThat(Hosts.read(directory)).isNull();
    Path large = directory.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength((1 << 20) + 1);
    }
    assertThat(Hosts.read(large)).isNull();
  }
}
