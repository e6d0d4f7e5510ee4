package dev.urunj.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.image.RootfsFiles.Absent;
import dev.urunj.runtime.image.RootfsFiles.Lookup;
import dev.urunj.runtime.image.RootfsFiles.ResolvedFile;
import dev.urunj.runtime.image.RootfsFiles.Unusable;
import dev.urunj.runtime.oci.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WalkedRootfsTest {
  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void layOutRootWithASecretBeside() throws IOException {
    root = Files.createDirectory(directory.resolve("rootfs"));
    Files.writeString(directory.resolve("secret"), "the node's");
    Files.createDirectories(root.resolve("boot/grub"));
    Files.writeString(root.resolve("boot/kernel"), "12345");
  }

  private Lookup find(String path) throws IOException {
    return WalkedRootfs.at(root).regularFile(path);
  }

  private ResolvedFile kernel() {
    return new ResolvedFile("/boot/kernel", root.resolve("boot/kernel"), 5);
  }

  private Path link(String name, String target) throws IOException {
    return Files.createSymbolicLink(root.resolve(name), Path.of(target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/boot/kernel",
        "boot/kernel",
        "//boot///kernel",
        "/./boot/./kernel",
        "/boot/grub/../kernel",
        "/../../boot/kernel"
      })
  void fileIsFoundByAnyOfItsNames(String path) throws IOException {
    assertThat(find(path)).isEqualTo(kernel());
  }

  @ParameterizedTest
  @CsvSource({
    "/k, /boot/kernel",
    "/k, boot/kernel",
    "/boot/k, kernel",
    "/boot/k, ./../boot/grub/../kernel",
    "/boot/grub/k, /boot/kernel",
    "/boot/grub/k, ../../../../../boot/kernel",
    "/k, /../boot/kernel",
  })
  void linksAreFollowedInsideTheRoot(String name, String target) throws IOException {
    link(name.substring(1), target);

    assertThat(find(name)).isEqualTo(kernel());
  }

  @Test
  void linkedDirectoryOnTheWayIsFollowed() throws IOException {
    link("b", "/boot");

    assertThat(find("/b/kernel")).isEqualTo(kernel());
    assertThat(find("/b/../boot/kernel")).isEqualTo(kernel());
  }

  @Test
  void dotDotAfterALinkIsOfTheLinksTarget() throws IOException {
    link("g", "boot/grub");

    assertThat(find("/g/../kernel")).isEqualTo(kernel());
  }

  @Test
  void absoluteLinkDoesNotReachTheNode() throws IOException {
    link("k", directory.resolve("secret").toString());

    assertThat(find("/k")).isEqualTo(new Absent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "../../../../secret", "boot/../../secret", "/../secret"})
  void climbingLinkDoesNotLeaveTheRoot(String target) throws IOException {
    link("k", target);

    assertThat(find("/k")).isEqualTo(new Absent());
    Files.writeString(root.resolve("secret"), "own");
    assertThat(find("/k")).isEqualTo(new ResolvedFile("/secret", root.resolve("secret"), 3));
  }

  @Test
  void linkToTheRootDirectoryStaysInside() throws IOException {
    link("d", "/");
    link("e", "..");

    assertThat(find("/d/e/d/boot/kernel")).isEqualTo(kernel());
    assertThat(find("/d/../secret")).isEqualTo(new Absent());
  }

  @Test
  void chainOfFortyLinksIsFollowedAndOfFortyOneIsNot() throws IOException {
    link("l0", "boot/kernel");
    for (int i = 1; i <= 40; i++) {
      link("l" + i, "l" + (i - 1));
    }

    assertThat(find("/l39")).isEqualTo(kernel());
    assertThat(find("/l40")).isEqualTo(new Unusable("is behind more than 40 symbolic links"));
  }

  @Test
  void loopsEnd() throws IOException {
    link("a", "b");
    link("b", "/a");
    link("c", "c/c");

    assertThat(find("/a")).isEqualTo(new Unusable("is behind more than 40 symbolic links"));
    assertThat(find("/c")).isEqualTo(new Unusable("is behind more than 40 symbolic links"));
  }

  @Test
  void danglingLinkIsAbsent() throws IOException {
    link("k", "nowhere");

    assertThat(find("/k")).isEqualTo(new Absent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/boot", "/", "", ".", "..", "/boot/grub/.."})
  void directoryIsUnusable(String path) throws IOException {
    assertThat(find(path)).isEqualTo(new Unusable("is a directory"));
  }

  @Test
  void fifoIsUnusable() throws Exception {
    TestFiles.fifo(root.resolve("f"));

    assertThat(find("/f")).isEqualTo(new Unusable("is a FIFO, socket or device"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/boot/kernel/x", "/boot/kernel/..", "/boot/kernel/."})
  void fileOnTheWayIsUnusable(String path) throws IOException {
    assertThat(find(path)).isEqualTo(new Unusable("is below a file that is not a directory"));
  }

  @Test
  void missingFileAndMissingRootAreAbsent() throws IOException {
    assertThat(find("/boot/initrd")).isEqualTo(new Absent());
    assertThat(WalkedRootfs.at(directory.resolve("no")).regularFile("/boot/kernel"))
        .isEqualTo(new Absent());
  }

  @Test
  void nameOfMoreThan255BytesIsUnusable() throws IOException {
    assertThat(find("/" + "a".repeat(300)))
        .isEqualTo(new Unusable("cannot be reached: File name too long"));
  }

  @Test
  void nulIsUnusable() throws IOException {
    assertThat(find("/boot\0/kernel")).isEqualTo(new Unusable("has a NUL in its name"));
  }

  @Test
  void rootMayItselfBeALink() throws IOException {
    Path alias = Files.createSymbolicLink(directory.resolve("alias"), root);

    assertThat(WalkedRootfs.at(alias).regularFile("/boot/kernel")).isEqualTo(kernel());
  }

  @Test
  void emptyFileIsFoundWithItsSize() throws IOException {
    Files.createFile(root.resolve("empty"));

    assertThat(find("/empty")).isEqualTo(new ResolvedFile("/empty", root.resolve("empty"), 0));
  }

  @Test
  void noTreeOfLinksLeadsOutside() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> names = new ArrayList<>(List.of("boot", "boot/grub", "boot/kernel", "secret"));
    for (int i = 0; i < 200; i++) {
      String name = (random.nextBoolean() ? "boot/" : random.nextBoolean() ? "boot/grub/" : "") + i;
      link(name, target(random, names));
      names.add(name);
    }
    for (String name : names) {
      if (find(name) instanceof ResolvedFile file) {
        assertThat(file.host())
            .as("seed %d: %s", seed, name)
            .isEqualTo(root.resolve("boot/kernel"));
        assertThat(file.host().toRealPath()).as("seed %d", seed).isEqualTo(file.host());
      }
    }
  }

  private String target(Random random, List<String> names) {
    String name = names.get(random.nextInt(names.size()));
    return switch (random.nextInt(5)) {
      case 0 -> "/" + name;
      case 1 -> "../".repeat(random.nextInt(5)) + name;
      case 2 -> directory + "/" + name;
      case 3 -> name + "/../" + names.get(random.nextInt(names.size()));
      default -> name;
    };
  }
}
