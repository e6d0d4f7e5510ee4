package dev.urunj.linux.bpf;

import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// `src/test/c/sample.bpf.c`: as it was compiled once by clang 14, and as this machine's clang
/// compiles it.
final class SampleObject {
  private SampleObject() {}

  static byte[] recorded() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SampleObject.class.getResourceAsStream("sample.bpf.o"))) {
      return in.readAllBytes();
    }
  }

  static byte[] compiled(Path directory) throws Exception {
    Path object = directory.resolve("sample.bpf.o");
    Duration soon = Duration.ofMinutes(1);
    String machine = Programs.run(soon, List.of("gcc", "-dumpmachine")).orFail().strip();
    List<String> command =
        List.of(
            "clang",
            "-O2",
            "-target",
            "bpf",
            "-mcpu=v2",
            "-isystem",
            "/usr/include/" + machine,
            "-c",
            "src/test/c/sample.bpf.c",
            "-o",
            object.toString());
    Programs.run(soon, command).orFail();
    return Files.readAllBytes(object);
  }

  static byte[] bytesOf(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(number).array();
  }

  static byte[] bytesOf(long number) {
    return ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(number).array();
  }
}
