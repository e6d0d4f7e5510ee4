package dev.urunj.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.file.FileStatus;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Root can read everything; the monitor, without a capability, what its user can.
@Needs(
    root = true,
    programs = {"chown", "chmod"})
class MonitorKernelKernelTest {
  private static final byte[] CONTENT =
      "a kernel".repeat(20_000).getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    // owner, mode, whether user 1000 of the groups 1001 and 5 reads it
    "0:0, 600, false",
    "0:0, 644, true",
    "0:0, 000, false",
    "1000:0, 400, true",
    "1000:0, 044, false", // the owner's bits alone count for the owner
    "0:1001, 640, true",
    "0:5, 040, true",
    "0:5, 604, false",
    "0:1002, 640, false",
    "0:1002, 604, true",
  })
  void kernelThatTheUserCannotReadIsCopied(String owner, String mode, boolean reads)
      throws IOException {
    assertThat(usedBy(owner, mode, process(1000, 1001, 5)).equals(kernel())).isEqualTo(reads);
  }

  /// Root without a capability is a user like others.
  @Test
  void kernelThatBelongsToAnotherIsCopiedForRootToo() throws IOException {
    assertThat(usedBy("1000:1000", "600", process(0, 0, 0))).isEqualTo(copy());
    Files.delete(copy());
    assertThat(usedBy("0:0", "600", process(0, 0, 0))).isEqualTo(kernel());
  }

  @Test
  void copyIsWholeAndCanBeReadAndNotWritten() throws IOException {
    assertThat(usedBy("0:0", "600", process(1000, 1000, 1000))).isEqualTo(copy());
    assertThat(copy()).hasBinaryContent(CONTENT);
    assertThat(FileStatus.of(copy()).permissions()).isEqualTo(0444);
    assertThat(FileStatus.of(kernel()).permissions()).isEqualTo(0600);
  }

  private Path kernel() {
    return directory.resolve("vmlinuz");
  }

  private Path copy() {
    return directory.resolve("copy");
  }

  private Path usedBy(String owner, String mode, ProcessSpec process) throws IOException {
    Files.write(kernel(), CONTENT);
    run("chown", owner, kernel().toString());
    run("chmod", mode, kernel().toString());
    return MonitorKernel.readable(kernel(), process, copy());
  }

  private static ProcessSpec process(long uid, long gid, long group) {
    return new ProcessSpec(List.of(), List.of(), "/", uid, gid, List.of(group), false);
  }

  private static void run(String... command) throws IOException {
    Programs.run(Duration.ofSeconds(10), List.of(command)).orFail();
  }
}
