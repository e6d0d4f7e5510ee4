package dev.urunj.runtime.guest;

import static dev.urunj.runtime.guest.Architecture.AARCH64;
import static dev.urunj.runtime.guest.Architecture.X86_64;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelFormatTest {
  private static final long MIB = 1 << 20;

  private static byte[] head(int at, String text) {
    byte[] head = new byte[KernelFormat.HEAD_BYTES];
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, head, at, bytes.length);
    return head;
  }

  private static byte[] elf(int machine) {
    byte[] head = head(0, "\u007fELF\2\1\1");
    head[18] = (byte) machine;
    return head;
  }

  /// With 4 KiB of set-up and as much protected-mode code as said, in paragraphs of 16 bytes.
  private static byte[] bzImage(int paragraphs) {
    byte[] head = head(0x202, "HdrS\17\2");
    head[0x1f1] = 7;
    for (int i = 0; i < 4; i++) {
      head[0x1f4 + i] = (byte) (paragraphs >> (8 * i));
    }
    return head;
  }

  private static @Nullable String x86(byte[] head) {
    return KernelFormat.problem(head, MIB, X86_64);
  }

  private static @Nullable String arm(byte[] head) {
    return KernelFormat.problem(head, MIB, AARCH64);
  }

  @Test
  void kernelsThatQemuBootsAreTaken() {
    assertThat(x86(bzImage(10))).isNull();
    assertThat(x86(elf(62))).isNull();
    assertThat(x86(elf(3))).isNull();
    assertThat(x86(head(64, "\u0002\u00b0\u00ad\u001b"))).isNull();
    assertThat(arm(head(56, "ARMd"))).isNull();
    assertThat(arm(head(0, "\u001f\u008b\b"))).isNull();
    assertThat(arm(head(0, "MZ\0\0zimg"))).isNull();
    assertThat(arm(head(0, "'\5\31V"))).isNull();
    assertThat(arm(elf(183))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "no kernel, but a text\n", "\u001f\u008b\b", "MZ", "ELF", "HdrS"})
  void whatIsNoKernelIsSaid(String text) {
    assertThat(x86(head(0, text))).isEqualTo("is not a kernel");
    assertThat(x86(text.getBytes(ISO_8859_1))).isEqualTo("is not a kernel");
  }

  @Test
  void kernelOfAnotherProcessorIsSaid() {
    assertThat(x86(elf(183))).contains("another processor");
    assertThat(arm(elf(62))).contains("another processor");
    assertThat(x86(head(56, "ARMd"))).isEqualTo("is not a kernel");
    assertThat(arm(bzImage(10))).isEqualTo("is not a kernel");
  }

  @ParameterizedTest
  @CsvSource({
    "4194304, 67112960, true", // 64 MiB and 4 KiB: whole
    "4194304, 67108864, true", // within a page
    "4194304, 67108863, false",
    "4194304, 518, false",
    "-1, 8000000, false", // the largest number, not a negative one
  })
  void bzImageThatWasCutOffIsSaid(int paragraphs, long size, boolean whole) {
    String problem = KernelFormat.problem(bzImage(paragraphs), size, X86_64);
    assertThat(problem == null).as("%s", problem).isEqualTo(whole);
  }
}
