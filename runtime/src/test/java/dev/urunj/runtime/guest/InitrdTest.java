package dev.urunj.runtime.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitrdTest {
  @TempDir private Path directory;
  private final ArchiveBytes out = new ArchiveBytes();

  private List<String> names() {
    return CpioReader.read(out.toByteArray()).stream().map(CpioReader.Entry::name).toList();
  }

  private static GuestFile file(String path) {
    return new GuestFile.Bytes(path, 0600, 0, 0, new byte[] {'x'});
  }

  private List<String> write(@Nullable Path image, List<GuestFile> files, long limit)
      throws IOException {
    Initrd initrd = new Initrd(out, image, limit);
    List<String> notes = initrd.copy(files, new CopyProgress());
    initrd.add(files);
    return notes;
  }

  @Test
  void imageIsKeptByteForByteAndOursBeginsAligned() throws IOException {
    byte[] image = {31, -117, 8, 1, 2, 3, 4};
    Path path = Files.write(directory.resolve("initrd"), image);

    write(path, List.of(file("/x")), 1000);

    byte[] whole = out.toByteArray();
    assertThat(Arrays.copyOf(whole, 7)).isEqualTo(image);
    byte[] rest = Arrays.copyOfRange(whole, 12, whole.length);
    assertThat(Arrays.copyOfRange(whole, 7, 12)).containsOnly(0);
    assertThat(CpioReader.read(rest)).hasSize(1);
  }

  /// An image with a directory of its own modes and with links to directories, as distributions
  /// have them.
  private static byte[] image() throws IOException {
    ArchiveBytes image = new ArchiveBytes();
    Cpio cpio = new Cpio(image, 10_000, 20);
    cpio.directory("/var", 0700, 0, 0);
    link(cpio, "/var/run", "../run");
    link(cpio, "/bin", "usr/bin");
    link(cpio, "/lib", "/usr//./lib/");
    cpio.directory("/usr", 0755, 0, 0);
    cpio.directory("/usr/bin", 0755, 0, 0);
    cpio.file("/usr/bin/sh", 0755, 0, 0, new byte[77]);
    link(cpio, "/loop", "loop");
    cpio.trailer();
    return image.toByteArray();
  }

  private static void link(Cpio cpio, String path, String target) throws IOException {
    cpio.symlink(Cpio.name(path), target.getBytes(UTF_8), 0, 0);
  }

  private Path image(byte[] bytes) throws IOException {
    return Files.write(directory.toRealPath().resolve("initrd"), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private List<String> namesBehind(byte[] image) {
    byte[] whole = out.toByteArray();
    assertThat(Arrays.copyOf(whole, image.length)).isEqualTo(image);
    byte[] rest = Arrays.copyOfRange(whole, (image.length + 7) & ~3, whole.length);
    return CpioReader.read(rest).stream().map(CpioReader.Entry::name).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyMissingDirectoriesAreMadeWhereTheImagesLinksLead(boolean compressed) throws IOException {
    byte[] image = compressed ? gzip(image()) : image();
    write(
        image(image),
        List.of(
            file("/var/run/secrets/x/token"),
            file("/bin/d1/x"),
            file("/bin/tool"),
            file("/lib/modules/x"),
            file("/loop/x"),
            file("/var/lib/x"),
            file("/tmp/x")),
        10_000);
    assertThat(namesBehind(image))
        .containsExactly(
            "run/",
            "run/secrets/",
            "run/secrets/x/",
            "usr/bin/d1/",
            "usr/lib/",
            "usr/lib/modules/",
            "var/lib/",
            "tmp/",
            "var/run/secrets/x/token",
            "bin/d1/x",
            "bin/tool",
            "lib/modules/x",
            "loop/x",
            "var/lib/x",
            "tmp/x");
  }

  /// Names with a slash at their end spare links, the image again gives its directories their
  /// modes.
  @Test
  void imageThatCannotBeLookedIntoFollowsOnceMoreBehindTheDirectories() throws IOException {
    byte[] image = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 1, 2};
    write(image(image), List.of(file("/var/run/secrets/token")), 10_000);
    byte[] whole = out.toByteArray();
    int again = whole.length;
    do {
      again--;
    } while (!Arrays.equals(Arrays.copyOfRange(whole, again, again + 8), image));
    assertThat(again).isPositive();
    assertThat(CpioReader.read(Arrays.copyOfRange(whole, 12, again)))
        .extracting(CpioReader.Entry::toString)
        .containsExactly(
            "var/ 40755 4294967295:4294967295 ",
            "var/run/ 40755 4294967295:4294967295 ",
            "var/run/secrets/ 40755 4294967295:4294967295 ",
            "etc/ 40755 4294967295:4294967295 ");
    assertThat(CpioReader.read(Arrays.copyOfRange(whole, again + 12, whole.length)))
        .extracting(CpioReader.Entry::name)
        .containsExactly("var/run/secrets/token");
  }

  @Test
  void mountOnALinkOfTheImageIsWhereTheLinkLeads() throws IOException {
    byte[] image = image();
    Path source = Files.createDirectory(directory.resolve("map"));
    Files.writeString(source.resolve("key"), "value");
    write(
        image(image),
        List.of(new GuestFile.Tree("/var/run", source, "/var/run", true), file("/var/run/x")),
        10_000);
    assertThat(namesBehind(image)).containsExactly("run/", "var/run/", "var/run/key", "var/run/x");
  }

  @Test
  void archiveThatIsNoneOrCutOffAnywhereIsNoFailure() throws IOException {
    byte[] image = image();
    for (byte[] bytes : List.of(image, gzip(image))) {
      for (int length = 1; length < bytes.length; length += 7) {
        Path path = image(Arrays.copyOf(bytes, length));
        assertThat(ImageTree.read(path, 1 << 20).missing("/var/x")).last().isEqualTo("/var/x");
      }
    }
  }

  @Test
  void directoriesInTheListAreNotMadeTwice() throws IOException {
    write(null, List.of(new GuestFile.Directory("/a", 0700, 0, 0), file("/a/b")), 1000);
    assertThat(names()).containsExactly("a", "a/b");
  }

  @Test
  void configMapTreeKeepsItsSymbolicLinks() throws IOException {
    Path source = Files.createDirectory(directory.resolve("map"));
    Files.createDirectory(source.resolve("..2026"));
    Files.writeString(source.resolve("..2026/key"), "value");
    Files.createSymbolicLink(source.resolve("..data"), Path.of("..2026"));
    Files.createSymbolicLink(source.resolve("key"), Path.of("..data/key"));

    List<String> notes = write(null, tree(source), 10_000);

    assertThat(notes).isEmpty();
    assertThat(CpioReader.read(out.toByteArray()))
        .extracting(e -> e.name() + "=" + e.content())
        .containsExactly(
            "etc/=",
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
    write(null, tree(source), 10_000);
    assertThat(CpioReader.read(out.toByteArray()).getLast().toString())
        .isEqualTo("etc/map/passwd 120777 " + owner(source) + " /etc/passwd");
  }

  @Test
  void namesOutsideAsciiKeepTheirBytes() throws Exception {
    Path source = Files.createDirectory(directory.resolve("map"));
    run("printf x > \"$1/$(printf 'a\\303\\274b')\"", source);
    write(null, tree(source), 10_000);
    assertThat(names()).last().isEqualTo("etc/map/aüb");
  }

  @Test
  void pipesAreLeftOutAndNoted() throws Exception {
    Path source = Files.createDirectory(directory.resolve("map"));
    run("mkfifo \"$1/pipe\"", source);
    List<String> notes = write(null, tree(source), 10_000);
    assertThat(notes)
        .singleElement()
        .asString()
        .startsWith("mount \"/etc/map\": ")
        .endsWith("/pipe\" left out: is not a file, directory or symbolic link");
  }

  @Test
  void tooBigTreeIsOneClearLine() throws IOException {
    Path source = Files.createDirectory(directory.resolve("map"));
    Files.write(source.resolve("big"), new byte[3 << 20]);
    assertThatThrownBy(() -> write(null, tree(source), 1 << 20))
        .isInstanceOf(IOException.class)
        .message()
        .startsWith("mount \"/etc/map\": ")
        .endsWith("4 MiB in 3 files do not fit the guest; expected at most 1 MiB and 100000 files");
  }

  @Test
  void missingSourceIsOneClearLine() {
    assertThatThrownBy(() -> write(null, tree(directory.resolve("none")), 1000))
        .hasMessageEndingWith("/none\": No such file or directory");
  }

  private static List<GuestFile> tree(Path source) {
    return List.of(new GuestFile.Tree("/etc/map", source, "/etc/map", false));
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
