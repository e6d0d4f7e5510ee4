package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitrdTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private List<String> names() {
    return CpioReader.read(out.toByteArray()).stream().map(CpioReader.Entry::name).toList();
  }

  private static GuestFile file(String path) {
    return new GuestFile.Bytes(path, 0600, 0, 0, new byte[] {'x'});
  }

  @Test
  void imageIsKeptByteForByteAndOursBeginsAligned() throws IOException {
    byte[] image = {31, -117, 8, 1, 2, 3, 4};
    Path path = Files.write(directory.resolve("initrd"), image);

    Initrd.write(out, path, List.of(file("/x")), 1000);

    byte[] whole = out.toByteArray();
    assertThat(Arrays.copyOf(whole, 7)).isEqualTo(image);
    byte[] rest = Arrays.copyOfRange(whole, 12, whole.length);
    assertThat(Arrays.copyOfRange(whole, 7, 12)).containsOnly(0);
    assertThat(CpioReader.read(rest)).hasSize(1);
  }

  @Test
  void missingParentsComeBeforeTheImageSoThatItsOwnModesHold() throws IOException {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    Cpio cpio = new Cpio(image, 1000, 10);
    cpio.directory("/var", 0700, 0, 0);
    cpio.trailer();
    Path path = Files.write(directory.resolve("initrd"), image.toByteArray());

    Initrd.write(out, path, List.of(file("/var/run/secrets/token"), file("/var/x")), 10_000);

    assertThat(names())
        .containsExactly(
            "var", "var/run", "var/run/secrets", "var", "var/run/secrets/token", "var/x");
  }

  @Test
  void directoriesInTheListAreNotMadeTwice() throws IOException {
    Initrd.write(out, null, List.of(new GuestFile.Directory("/a", 0700, 0, 0), file("/a/b")), 1000);
    assertThat(names()).containsExactly("a", "a/b");
  }

  @Test
  void configMapTreeKeepsItsSymbolicLinks() throws IOException {
    Path source = Files.createDirectory(directory.resolve("map"));
    Files.createDirectory(source.resolve("..2026"));
    Files.writeString(source.resolve("..2026/key"), "value");
    Files.createSymbolicLink(source.resolve("..data"), Path.of("..2026"));
    Files.createSymbolicLink(source.resolve("key"), Path.of("..data/key"));

    List<String> notes = Initrd.write(out, null, tree(source), 10_000);

    assertThat(notes).isEmpty();
    assertThat(CpioReader.read(out.toByteArray()))
        .extracting(e -> e.name() + "=" + e.content())
        .containsExactly(
            "etc=",
            "etc/map=",
            "etc/map/..2026=",
            "etc/map/..2026/key=value",
            "etc/map/..data=..2026",
            "etc/map/key=..data/key");
  }

  @Test
  void linkOutOfTheTreeIsALinkAndNotItsTarget() throws IOException {
    Path source = Files.createDirectory(directory.resolve("map"));
    Files.createSymbolicLink(source.resolve("passwd"), Path.of("/etc/passwd"));
    Initrd.write(out, null, tree(source), 10_000);
    assertThat(CpioReader.read(out.toByteArray()).getLast().toString())
        .isEqualTo("etc/map/passwd 120777 " + owner(source) + " /etc/passwd");
  }

  @Test
  void namesOutsideAsciiKeepTheirBytes() throws Exception {
    Path source = Files.createDirectory(directory.resolve("map"));
    run("printf x > \"$1/$(printf 'a\\303\\274b')\"", source);
    Initrd.write(out, null, tree(source), 10_000);
    assertThat(names()).last().isEqualTo("etc/map/aüb");
  }

  @Test
  void pipesAreLeftOutAndNoted() throws Exception {
    Path source = Files.createDirectory(directory.resolve("map"));
    run("mkfifo \"$1/pipe\"", source);
    List<String> notes = Initrd.write(out, null, tree(source), 10_000);
    assertThat(notes)
        .singleElement()
        .asString()
        .startsWith("mount \"/etc/map\": ")
        .endsWith("/pipe\" left out: is no file, directory or symbolic link");
  }

  @Test
  void tooBigTreeIsOneClearLine() throws IOException {
    Path source = Files.createDirectory(directory.resolve("map"));
    Files.write(source.resolve("big"), new byte[3 << 20]);
    assertThatThrownBy(() -> Initrd.write(out, null, tree(source), 1 << 20))
        .isInstanceOf(IOException.class)
        .message()
        .startsWith("mount \"/etc/map\": ")
        .endsWith("4 MiB in 2 files do not fit the guest; expected at most 1 MiB and 100000 files");
  }

  @Test
  void missingSourceIsOneClearLine() {
    assertThatThrownBy(() -> Initrd.write(out, null, tree(directory.resolve("none")), 1000))
        .hasMessageEndingWith("/none\": no such file or directory");
  }

  private static List<GuestFile> tree(Path source) {
    return List.of(new GuestFile.Tree("/etc/map", source, "/etc/map"));
  }

  private static String owner(Path path) throws IOException {
    return Files.getAttribute(path, "unix:uid") + ":" + Files.getAttribute(path, "unix:gid");
  }

  private static void run(String script, Path argument) throws Exception {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", script, "sh", argument.toString()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
