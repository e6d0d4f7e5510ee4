package dev.urunj.runtime.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorLogTest {
  @TempDir Path temp;

  @Test
  void lastLinesAreOne() throws IOException {
    assertThat(tail("qemu: a\r\nqemu: b\n\n")).isEqualTo("qemu: a; qemu: b");
  }

  @Test
  void nothingSaidIsNothing() throws IOException {
    assertThat(tail("")).isEmpty();
    assertThat(tail(" \n\n")).isEmpty();
    assertThat(MonitorLog.tail(temp.resolve("missing"))).isEmpty();
    assertThat(MonitorLog.tail(temp)).isEmpty();
  }

  @Test
  void controlCharactersAndDirectionMarksAreReplaced() throws IOException {
    assertThat(tail("a\u001b[2Jb\0c\u0085d\u202ee\u2028f\t")).isEqualTo("a?[2Jb?c?d?e?f");
  }

  @Test
  void endOfAHugeLogIsReadAlone() throws IOException {
    Path log = temp.resolve("huge");
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      file.seek(10L << 30);
      file.write("the end\n".getBytes(StandardCharsets.UTF_8));
    }
    String tail = MonitorLog.tail(log);
    assertThat(tail).endsWith("the end").hasSizeLessThanOrEqualTo(1024);
  }

  @Test
  void bytesThatAreNoTextAreNoFailure() throws IOException {
    Files.write(temp.resolve("log"), new byte[] {(byte) 0xff, 'a', (byte) 0xc3});
    assertThat(MonitorLog.tail(temp.resolve("log"))).contains("a");
  }

  private String tail(String text) throws IOException {
    Files.writeString(temp.resolve("log"), text);
    return MonitorLog.tail(temp.resolve("log"));
  }
}
