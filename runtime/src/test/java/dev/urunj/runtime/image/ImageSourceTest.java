package dev.urunj.runtime.image;

import static dev.urunj.runtime.image.ImageFixture.base64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which of annotations and `/urunc.json` counts, and in which encoding.
class ImageSourceTest {
  @TempDir Path directory;
  private ImageFixture fixture;

  @BeforeEach
  void layOut() throws IOException {
    fixture = new ImageFixture(directory);
  }

  private void writeUruncJson(String text) throws IOException {
    Files.writeString(fixture.rootfs.resolve("urunc.json"), text);
  }

  private void assertRefused(String start) {
    assertThatThrownBy(fixture::read)
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(start)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void neitherMeansAnOrdinaryContainer() throws IOException {
    fixture.annotate("some.other", "x");

    assertThat(fixture.read()).isEmpty();
  }

  @Test
  void overridesAloneMakeNoUnikernel() throws IOException {
    fixture.annotate("dev.urunj.memory", "nonsense").annotate("cmdline", "x");

    assertThat(fixture.read()).isEmpty();
  }

  @Test
  void missingRootfsMeansAnOrdinaryContainer() throws IOException {
    assertThat(
            ImageReader.read(
                TestFiles.bundle(directory, "{\"root\":{\"path\":\"/nonexistent/rootfs\"}}")))
        .isEmpty();
  }

  @Test
  void annotationsInBase64AreDecoded() throws IOException {
    fixture
        .annotate("unikernelType", base64("linux"))
        .annotate("hypervisor", base64("qemu"))
        .annotate("binary", base64("/kernel"))
        .annotate("cmdline", base64("/init ü"));

    assertThat(fixture.image().cmdline()).isEqualTo("/init ü");
  }

  @Test
  void uruncJsonInBase64IsDecoded() throws IOException {
    fixture.labelLinux().label("initrd", base64("/initrd")).label("unknown", "%%%");

    assertThat(fixture.image().initrd()).isNotNull();
  }

  @Test
  void uruncJsonInPlainTextIsTaken() throws IOException {
    writeUruncJson(
        """
        {"com.urunc.unikernel.unikernelType": "mewz", "com.urunc.unikernel.hypervisor": "qemu",
         "com.urunc.unikernel.binary": "/kernel", "com.urunc.unikernel.initrd": null,
         "something": {"else": [1]}}
        """);

    assertThat(fixture.image().guest()).isEqualTo(GuestKind.MEWZ);
  }

  @Test
  void completeAnnotationsAloneCount() throws IOException {
    fixture.annotateLinux().label("initrd", base64("/initrd"));

    assertThat(fixture.image().initrd()).isNull();
  }

  @Test
  void completeAnnotationsDoNotEvenLookAtUruncJson() throws IOException {
    Files.createDirectory(fixture.rootfs.resolve("urunc.json"));
    fixture.annotateLinux();

    assertThat(fixture.image().guest()).isEqualTo(GuestKind.LINUX);
  }

  @Test
  void uruncJsonAloneCountsWhereAnnotationsAreIncomplete() throws IOException {
    fixture
        .annotate("unikernelType", "mewz")
        .annotate("binary", "")
        .annotate("hypervisor", "qemu")
        .annotate("initrd", "/initrd")
        .labelLinux();

    assertThat(fixture.image().guest()).isEqualTo(GuestKind.LINUX);
    assertThat(fixture.image().initrd()).isNull();
  }

  @Test
  void overridesOfTheContainerHoldForUruncJsonAsWell() throws IOException {
    fixture.labelLinux().annotate("dev.urunj.vcpus", "3");

    assertThat(fixture.image().overrides().vcpus()).hasValue(3);
  }

  @Test
  void overridesInUruncJsonDoNotCount() throws IOException {
    writeUruncJson(
        """
        {"com.urunc.unikernel.unikernelType": "linux", "com.urunc.unikernel.hypervisor": "qemu",
         "com.urunc.unikernel.binary": "/kernel", "dev.urunj.vcpus": "3"}
        """);

    assertThat(fixture.image().overrides()).isEqualTo(Overrides.none());
  }

  @ParameterizedTest
  @ValueSource(strings = {"unikernelType", "hypervisor", "binary"})
  void incompleteAnnotationsWithoutUruncJsonNameTheMissingOne(String missing) {
    fixture.annotateLinux().annotate(missing, "");

    assertRefused(
        fixture.config()
            + ": com.urunc.unikernel."
            + missing
            + ": is missing, while others of its kind are there; expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unikernelType", "hypervisor", "binary"})
  void incompleteUruncJsonNamesTheMissingOne(String missing) {
    fixture.labelLinux().label(missing, "");

    assertRefused(fixture.uruncJson() + ": com.urunc.unikernel." + missing + ": is missing;");
  }

  @Test
  void emptyUruncJsonIsAnErrorAndNoOrdinaryContainer() throws IOException {
    writeUruncJson("{}");

    assertRefused(fixture.uruncJson() + ": com.urunc.unikernel.unikernelType: is missing;");
  }

  @ParameterizedTest
  @CsvSource({
    "io.kubernetes.cri.container-type, sandbox",
    "io.kubernetes.cri-o.ContainerType, sandbox",
  })
  void sandboxOfAPodIsNeverAUnikernel(String key, String value) throws IOException {
    fixture.annotateLinux().annotate(key, value);

    assertThat(fixture.read()).isEmpty();
  }

  @Test
  void containerOfAPodIsAUnikernel() throws IOException {
    fixture.annotateLinux().annotate("io.kubernetes.cri.container-type", "container");

    assertThat(fixture.read()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bGludXg", "bGlu\ndXg=", "bGludXgK", "bGludXg==", "%%%%", "//79", "bGlu dXg="})
  void garbageAsTypeIsRefused(String type) {
    fixture.annotateLinux().annotate("unikernelType", type);

    assertRefused(
        fixture.config()
            + ": com.urunc.unikernel.unikernelType: is "
            + BadInputException.quote(type)
            + "; expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/kernel", "/kernels", "a", "%%%%", "gICA", "====", "=", "aGk=aGk="})
  void valueThatIsNoBase64OfTextAmongBase64IsRefused(String value) {
    fixture.labelLinux().label("binary", value);

    assertThatThrownBy(fixture::read)
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith(fixture.uruncJson() + ": com.urunc.unikernel.binary: is \"" + value + "\"")
        .contains("base64");
  }

  @Test
  void base64AmongPlainTextIsRefused() {
    fixture.annotateLinux().annotate("hypervisor", base64("qemu"));

    assertRefused(fixture.config() + ": com.urunc.unikernel.hypervisor: is \"cWVtdQ==\"");
  }

  @Test
  void noKnownWordDecodesToAKnownWord() {
    for (GuestKind kind : GuestKind.values()) {
      fixture.annotateLinux().annotate("unikernelType", base64(base64(kind.word())));
      assertRefused(fixture.config() + ": com.urunc.unikernel.unikernelType: is ");
    }
  }

  @Test
  void uruncJsonOfAGigabyteIsRefusedUnread() throws IOException {
    TestFiles.sparse(fixture.rootfs.resolve("urunc.json"), 1L << 30);

    Assertions.assertTimeout(
        Duration.ofMillis(500),
        () ->
            assertRefused(
                fixture.uruncJson() + ": is too large (1073741824 bytes); expected at most"));
  }

  @Test
  void uruncJsonThatIsADirectoryIsRefused() throws IOException {
    Files.createDirectory(fixture.rootfs.resolve("urunc.json"));

    assertRefused(
        fixture.config() + ": rootfs/urunc.json: is a directory; expected a regular file");
  }

  @Test
  void uruncJsonThatIsAFifoIsRefused() throws Exception {
    TestFiles.fifo(fixture.rootfs.resolve("urunc.json"));

    assertRefused(fixture.config() + ": rootfs/urunc.json: is a FIFO, socket or device;");
  }

  @Test
  void uruncJsonOfTheNodeIsNotReached() throws IOException {
    Path outside = Files.writeString(directory.resolve("urunc.json"), "{}");
    Files.createSymbolicLink(fixture.rootfs.resolve("urunc.json"), outside);

    assertThat(fixture.read()).isEmpty();
  }

  @Test
  void uruncJsonThatLeadsInACircleIsRefused() throws IOException {
    Files.createSymbolicLink(fixture.rootfs.resolve("urunc.json"), Path.of("/urunc.json"));

    assertRefused(fixture.config() + ": rootfs/urunc.json: is behind more than 40");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"a\":1,\"a\":1}", "\u0000"})
  void uruncJsonThatIsNoObjectIsRefused(String text) throws IOException {
    writeUruncJson(text);

    assertRefused(fixture.uruncJson() + ": line 1 column ");
  }

  @Test
  void deeplyNestedUruncJsonIsRefused() throws IOException {
    writeUruncJson("{\"a\":" + "[".repeat(500_000));

    assertRefused(fixture.uruncJson() + ": line 1 column ");
  }

  @Test
  void valueOfUruncJsonThatIsNoStringIsNamed() throws IOException {
    writeUruncJson("{\"com.urunc.unikernel.unikernelType\":[\"linux\"]}");

    assertRefused(
        fixture.uruncJson()
            + ": com.urunc.unikernel.unikernelType: is an array; expected a string");
  }
}
