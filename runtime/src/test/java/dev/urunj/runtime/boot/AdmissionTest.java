package dev.urunj.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.host.RecordedLog;
import dev.urunj.runtime.image.ImageReader;
import dev.urunj.runtime.image.UnikernelImage;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private static final String SPEC =
      """
      {"ociVersion":"1.0.2","root":{"path":"rootfs"},
       "process":{"args":["/bin/web"],"cwd":"/"},
       "mounts":[{"destination":"/tmp","type":"tmpfs"}],
       "annotations":{"com.urunc.unikernel.unikernelType":"linux",
         "com.urunc.unikernel.hypervisor":"qemu","com.urunc.unikernel.binary":"/kernel",
         "com.urunc.unikernel.initrd":"/initrd"}}
      """;

  @TempDir private Path directory;
  private final RecordedLog log = new RecordedLog();

  @BeforeEach
  void fill() throws IOException {
    Path rootfs = Files.createDirectories(directory.resolve("rootfs"));
    byte[] kernel = new byte[0x206];
    System.arraycopy("ARMd".getBytes(StandardCharsets.US_ASCII), 0, kernel, 56, 4);
    System.arraycopy("HdrS".getBytes(StandardCharsets.US_ASCII), 0, kernel, 0x202, 4);
    Files.write(rootfs.resolve("kernel"), kernel);
    Files.writeString(rootfs.resolve("initrd"), "initrd");
  }

  @Test
  void whatCanRunPassesWithoutAWord() throws IOException {
    check(SPEC);
    assertThat(log.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0.0", "1.0.0-rc5", "1.0.2-dev", "1.1.0+dev", "1.2.1", "1.99.0", ""})
  void everyVersionOfTheFirstMajorOnePasses(String version) {
    assertThatCode(() -> check(with("1.0.2", version))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.0.0", "x", "0.6.0", "11.0.0", "v1.0.0", " 1.0.0"})
  void anyOtherVersionIsRefused(String version) {
    assertThatThrownBy(() -> check(with("1.0.2", version)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "ociVersion: is \"" + version + "\"; expected a version that begins with 1.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"type\":\"bind\"",
        "\"type\":\"bind\",\"source\":\"\"",
        "\"type\":\"none\",\"options\":[\"rbind\"]",
        "\"options\":[\"ro\",\"bind\"]"
      })
  void bindWithoutSourceIsRefused(String mount) {
    assertThatThrownBy(() -> check(with("\"type\":\"tmpfs\"", mount)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("mounts[0].source: is empty; expected the file or directory to bind");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no kernel, but a text\n", "\u001f\u008b\b\0", "x"})
  void fileThatIsNoKernelIsRefused(String content) throws IOException {
    Files.writeString(
        directory.resolve("rootfs/kernel"), content.repeat(1000), StandardCharsets.ISO_8859_1);
    if (System.getProperty("os.arch").equals("aarch64") && content.startsWith("\u001f")) {
      return; // QEMU unpacks it there
    }
    assertThatThrownBy(() -> check(SPEC))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("rootfs/kernel\" is not a kernel; expected");
  }

  @Test
  void imageWithNeitherInitrdNorBlockIsNoted() throws IOException {
    check(with("\"com.urunc.unikernel.initrd\":\"/initrd\"", "\"x\":\"y\""));
    assertThat(log.warnings())
        .containsExactly(
            "image: has neither initrd nor block; its kernel must hold the root file system");
  }

  @Test
  void hooksThatCannotRunAreNoted() throws IOException {
    check(with("\"root\"", "\"hooks\":{\"startContainer\":[{\"path\":\"/x\"}]},\"root\""));
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .startsWith("hooks.startContainer: left out");
    log.lines().clear();
    check(with("\"root\"", "\"hooks\":{\"startContainer\":[],\"poststop\":null},\"root\""));
    assertThat(log.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mountRootfs", "useDMBlock"})
  void rootFileSystemOfTheContainerIsRefusedByBothItsNames(String key) {
    assertThatThrownBy(() ->
            check(
                with(
                    "\"com.urunc.unikernel.initrd\":\"/initrd\"",
                    "\"com.urunc.unikernel." + key + "\":\"true\"")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is not supported yet")
        .hasMessageContaining(key);
  }

  private static String with(String part, String other) {
    assertThat(SPEC).contains(part);
    return SPEC.replace(part, other);
  }

  private void check(String spec) throws IOException {
    Files.writeString(directory.resolve("config.json"), spec);
    Bundle bundle = Bundle.load(directory);
    UnikernelImage image = ImageReader.read(bundle).orElseThrow();
    Admission.check(bundle.spec(), image, log);
  }
}
