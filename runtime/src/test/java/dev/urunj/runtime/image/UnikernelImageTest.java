package dev.urunj.runtime.image;

import static dev.urunj.runtime.image.ImageFixture.base64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.image.RootfsFiles.ResolvedFile;
import dev.urunj.runtime.image.UnikernelImage.BlockImage;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.oci.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnikernelImageTest {
  @TempDir Path directory;
  private ImageFixture fixture;

  @BeforeEach
  void layOut() throws IOException {
    fixture = new ImageFixture(directory);
  }

  private void assertRefused(String key, String problem) {
    assertThatThrownBy(fixture::read)
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(
            fixture.config() + ": " + ImageFixture.PREFIX + key + ": " + problem)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void everythingIsRead() throws IOException {
    fixture
        .annotateLinux()
        .annotate("cmdline", "/init a")
        .annotate("unikernelVersion", "6.1.0-rc1+x")
        .annotate("initrd", "initrd")
        .annotate("block", "/./disk")
        .annotate("blkMntPoint", "/data")
        .annotate("mountRootfs", "true")
        .annotate("dev.urunj.memory", "64");

    UnikernelImage image = fixture.image();

    assertThat(image)
        .isEqualTo(
            new UnikernelImage(
                GuestKind.LINUX,
                MonitorKind.QEMU,
                new ResolvedFile("/kernel", fixture.rootfs.resolve("kernel"), 1),
                "/init a",
                "6.1.0-rc1+x",
                new ResolvedFile("/initrd", fixture.rootfs.resolve("initrd"), 2),
                new BlockImage(
                    new ResolvedFile("/disk", fixture.rootfs.resolve("disk"), 3), "/data"),
                true,
                new Overrides(
                    OptionalInt.of(64), OptionalInt.empty(), null, null, null, null, null)));
  }

  @Test
  void whatIsOptionalMayBeMissingOrEmpty() throws IOException {
    fixture.annotateLinux().annotate("initrd", "").annotate("mountRootfs", "");

    UnikernelImage image = fixture.image();

    assertThat(image.initrd()).isNull();
    assertThat(image.block()).isNull();
    assertThat(image.cmdline()).isEmpty();
    assertThat(image.version()).isEmpty();
    assertThat(image.mountRootfs()).isFalse();
    assertThat(image.overrides()).isEqualTo(Overrides.none());
  }

  @Test
  void monitorOfTheContainerReplacesTheImages() throws IOException {
    fixture.annotateLinux().annotate("dev.urunj.monitor", "firecracker");

    assertThat(fixture.image().monitor()).isEqualTo(MonitorKind.FIRECRACKER);
  }

  @Test
  void monitorOfTheContainerMustBootTheGuest() {
    fixture.annotateLinux().annotate("dev.urunj.monitor", "spt");

    assertThatThrownBy(fixture::read)
        .hasMessage(
            fixture.config()
                + ": dev.urunj.monitor: spt does not boot linux; expected one of qemu,"
                + " firecracker, cloud-hypervisor");
  }

  @Test
  void monitorThatCannotBootTheGuestIsRefused() {
    fixture.annotateLinux().annotate("unikernelType", "rumprun");

    assertRefused("hypervisor", "qemu does not boot rumprun; expected one of hvt, spt");
  }

  @Test
  void unknownTypeIsRefused() {
    fixture.annotateLinux().annotate("unikernelType", "osv");

    assertRefused(
        "unikernelType",
        "is \"osv\"; expected unikraft, rumprun, mirage, mewz, linux, hermit or freebsd, as plain text or in"
            + " base64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hedge", "hyperlight-unikraft", "QEMU", "qemu ", "-qemu"})
  void unknownHypervisorIsRefused(String word) {
    fixture.annotateLinux().annotate("hypervisor", word);

    assertRefused("hypervisor", "is \"" + word + "\"; expected qemu, firecracker, hvt, spt or");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../kernel",
        "/../kernel",
        "a/../kernel",
        "/a/..",
        "..",
        "-kernel",
        "--sandbox=off",
        "/kernel -append x",
        "/kernel,readonly=off",
        "/ker\"nel",
        "/ker'nel",
        "/ker\\nel",
        "/ker\nnel",
        "/ker\u001b[2Jnel",
        "/kérnel",
        "/$(reboot)",
        "/ker:nel"
      })
  void pathsThatCouldMeanMoreAreRefused(String path) {
    for (String key : List.of("binary", "initrd", "block")) {
      fixture.annotateLinux().annotate("blkMntPoint", "/").annotate(key, path);

      assertRefused(key, "is " + BadInputException.quote(path) + "; expected a path of A-Z");
      fixture.annotate(key, "");
    }
  }

  @Test
  void dotsInNamesAreFine() throws IOException {
    Files.writeString(fixture.rootfs.resolve("..kernel..v6"), "k");
    fixture.annotateLinux().annotate("binary", "..kernel..v6");

    assertThat(fixture.image().binary().path()).isEqualTo("/..kernel..v6");
  }

  @Test
  void pathOfMoreThan4096CharactersIsRefused() {
    fixture.annotateLinux().annotate("binary", "/" + "a".repeat(4096));

    assertRefused("binary", "is \"/aaaa");
  }

  @Test
  void nulIsRefused() {
    fixture.annotateLinux().annotate("cmdline", "a\0b");

    assertThatThrownBy(fixture::read)
        .hasMessageContaining("cmdline: \"a\\u0000b\" has a NUL in it");
  }

  @Test
  void nulInBase64IsRefused() {
    fixture.labelLinux().label("cmdline", base64("a\0b"));

    assertThatThrownBy(fixture::read)
        .hasMessageContaining("cmdline: is \"a\\u0000b\" with a NUL in it");
  }

  @Test
  void directoryAsKernelIsRefused() throws IOException {
    Files.createDirectory(fixture.rootfs.resolve("d"));
    fixture.annotateLinux().annotate("binary", "/d");

    assertRefused(
        "binary", "\"/d\" is a directory; expected a regular file in the rootfs, with content");
  }

  @Test
  void fifoAsInitrdIsRefused() throws Exception {
    TestFiles.fifo(fixture.rootfs.resolve("f"));
    fixture.annotateLinux().annotate("initrd", "/f");

    assertRefused("initrd", "\"/f\" is a FIFO, socket or device; expected");
  }

  @Test
  void missingKernelIsRefused() {
    fixture.annotateLinux().annotate("binary", "/boot/vmlinuz");

    assertRefused("binary", "\"/boot/vmlinuz\" does not exist; expected");
  }

  @Test
  void emptyKernelIsRefused() throws IOException {
    Files.createFile(fixture.rootfs.resolve("e"));
    fixture.annotateLinux().annotate("binary", "/e");

    assertRefused("binary", "\"/e\" is empty; expected");
  }

  @Test
  void kernelLinkedToTheNodeIsNotTheNodes() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "the node's");
    Files.createSymbolicLink(fixture.rootfs.resolve("absolute"), secret);
    Files.createSymbolicLink(fixture.rootfs.resolve("relative"), Path.of("../secret"));

    fixture.annotateLinux().annotate("binary", "/absolute");
    assertRefused("binary", "\"/absolute\" does not exist");
    fixture.annotate("binary", "/relative");
    assertRefused("binary", "\"/relative\" does not exist");
  }

  @Test
  void kernelBehindALinkIsResolved() throws IOException {
    Files.createSymbolicLink(fixture.rootfs.resolve("vmlinuz"), Path.of("/kernel"));
    fixture.annotateLinux().annotate("binary", "/vmlinuz");

    assertThat(fixture.image().binary().host()).isEqualTo(fixture.rootfs.resolve("kernel"));
  }

  @Test
  void blockWithoutMountPointIsRefusedInUruncsWords() {
    fixture.annotateLinux().annotate("block", "/disk");

    assertRefused(
        "blkMntPoint", "annotation for block device was set without a mountpoint; expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "/data x", "/../data", "-o"})
  void oddMountPointIsRefused(String mountPoint) {
    fixture.annotateLinux().annotate("block", "/disk").annotate("blkMntPoint", mountPoint);

    assertRefused("blkMntPoint", "is \"" + mountPoint + "\"; expected a");
  }

  @Test
  void mountPointWithoutBlockIsIgnored() throws IOException {
    fixture.annotateLinux().annotate("blkMntPoint", "/data");

    assertThat(fixture.image().block()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1, true", "t, true", "T, true", "TRUE, true", "true, true", "True, true",
    "0, false", "f, false", "F, false", "FALSE, false", "false, false", "False, false"
  })
  void mountRootfsTakesGosWords(String word, boolean expected) throws IOException {
    fixture.annotateLinux().annotate("mountRootfs", word);

    assertThat(fixture.image().mountRootfs()).isEqualTo(expected);
  }

  @Test
  void mountRootfsHasAnotherNameInOldImages() throws IOException {
    fixture.annotateLinux().annotate("useDMBlock", "true");
    assertThat(fixture.image().mountRootfs()).isTrue();
    fixture.annotate("useDMBlock", "false");
    assertThat(fixture.image().mountRootfs()).isFalse();
    fixture.annotate("useDMBlock", "yes");
    assertRefused("useDMBlock", "is \"yes\"; expected true or false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "tRUE", "2", " true"})
  void mountRootfsTakesNoOtherWords(String word) {
    fixture.annotateLinux().annotate("mountRootfs", word);

    assertRefused("mountRootfs", "is \"" + word + "\"; expected true or false");
  }

  @Test
  void cmdlineIsBounded() throws IOException {
    fixture.annotateLinux().annotate("cmdline", "x".repeat(65536));
    assertThat(fixture.image().cmdline()).hasSize(65536);
    fixture.annotate("cmdline", "x".repeat(65537));

    assertRefused("cmdline", "has 65537 characters; expected at most 65536 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.17 0", "0.17\n", "v\u001b", "é"})
  void oddVersionIsRefused(String version) {
    fixture.annotateLinux().annotate("unikernelVersion", version);

    assertRefused("unikernelVersion", "is " + BadInputException.quote(version));
  }

  @Test
  void versionIsBounded() {
    fixture.annotateLinux().annotate("unikernelVersion", "1".repeat(129));

    assertRefused("unikernelVersion", "has 129 characters");
  }

  @Test
  void argumentsAreTheContainersWordForWord() throws IOException {
    fixture.annotateLinux().annotate("cmdline", "/init");

    assertThat(fixture.image().arguments(process(List.of("/a b", "c'\"d", ""))))
        .containsExactly("/a b", "c'\"d", "");
  }

  @Test
  void argumentsOfTheImageAreSplitAtWhiteSpace() throws IOException {
    fixture.annotateLinux().annotate("cmdline", " \t/init  'a b'\n\u000bc\f\r ");

    assertThat(fixture.image().arguments(process(List.of())))
        .containsExactly("/init", "'a", "b'", "c");
  }

  @Test
  void withoutAnyArgumentsThereAreNone() throws IOException {
    fixture.annotateLinux();

    assertThat(fixture.image().arguments(process(List.of()))).isEmpty();
  }

  private static ProcessSpec process(List<String> args) {
    return new ProcessSpec(args, List.of(), "/", 0, 0, List.of(), false);
  }
}
