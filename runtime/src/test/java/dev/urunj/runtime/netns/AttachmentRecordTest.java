package dev.urunj.runtime.netns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttachmentRecordTest {
  @Test
  void ordinaryNamesAreReadable() {
    assertThat(fileName("0a1b", "lo")).isEqualTo("0a1b@lo");
  }

  @Test
  void interfaceCannotPretendToBeAnotherContainers() {
    assertThat(fileName("a", "b@lo")).isEqualTo("a@b%40lo");
    assertThat(fileName("a", "~")).isEqualTo("a@%7e");
    assertThat(fileName("a", "ü")).isEqualTo("a@%c3%bc");
  }

  @Test
  void longIdsAreHashedAndStayDistinct() {
    String name = fileName("a".repeat(1000), "lo");
    assertThat(name).startsWith("@").hasSizeLessThan(256);
    assertThat(fileName("a".repeat(1001), "lo")).isNotEqualTo(name);
    assertThat(fileName("a".repeat(1000), "lo2")).isNotEqualTo(name);
  }

  private static String fileName(String containerId, String interfaceName) {
    return AttachmentRecord.fileName(new Attachment("net", containerId, interfaceName));
  }
}
