package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Trees that another thread changes while they are copied, by system calls of its own.
@Needs(
    root = true,
    programs = {"gcc", "mount", "unshare"})
@Timeout(120)
class TreeCopyKernelTest {
  private static final int FILES = 40;

  /// Above what the meddler's 80 files of at most 200,000 bytes can come to.
  private static final int LIMIT = 32 << 20;

  private static final String OWN = "o".repeat(512);

  @TempDir private Path directory;
  private ArchiveBytes out = new ArchiveBytes();

  private List<String> copy(Path source) throws IOException {
    out = new ArchiveBytes();
    Initrd initrd = new Initrd(out, null, LIMIT);
    List<GuestFile> files = List.of(new GuestFile.Tree("/m", source, "/m", false));
    List<String> notes = initrd.copy(files, new CopyProgress());
    initrd.add(files);
    return notes;
  }

  private Map<String, CpioReader.Entry> entries() {
    Map<String, CpioReader.Entry> entries = new TreeMap<>();
    for (CpioReader.Entry entry : CpioReader.read(out.toByteArray())) {
      assertThat(entries.put(entry.name(), entry)).as("twice " + entry.name()).isNull();
    }
    return entries;
  }

  private static String content(Map<String, CpioReader.Entry> entries, String name) {
    CpioReader.Entry entry = entries.get(name);
    assertThat(entry).as(name).isNotNull();
    return Objects.requireNonNull(entry).content();
  }

  /// A container with CAP_MKNOD and a shared volume. Nothing but the file's own content, or its
  /// absence, may come of it; the block device's first bytes are not that.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mknod b%d b 7 0",
        "mknod b%d c 1 5",
        "mkfifo b%d",
        "ln -s /etc/passwd b%d",
        "mkdir b%d",
        "ln a%d b%d",
        "truncate -s 1T b%d"
      })
  void fileThatIsExchangedAllTheTimeIsItselfOrLeftOut(String twin) throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path twins = Files.createDirectory(directory.resolve("twins"));
    for (int i = 0; i < FILES; i++) {
      Files.writeString(source.resolve("a" + i), OWN);
      String make = twin.replace("%d", Integer.toString(i)).replace("ln a", "ln ../source/a");
      run("cd twins; " + make + "; mv b" + i + " a" + i + " 2>/dev/null || true");
    }
    try (DescriptorLeaks _ = DescriptorLeaks.watch();
        Meddler _ = meddler("exchange", source, twins)) {
      for (int i = 0; i < 20; i++) {
        List<String> notes;
        try {
          notes = copy(source);
        } catch (IOException e) {
          assertThat(twin).contains("1T");
          assertThat(e).hasMessageContaining("do not fit the guest");
          continue;
        }
        assertThat(notes)
            .allMatch(n -> n.endsWith("is not a file, directory or symbolic link"), "reason");
        for (CpioReader.Entry entry : entries().values()) {
          switch (entry.mode() & 0170000) {
            case Cpio.REGULAR -> assertThat(entry.content()).isEqualTo(OWN);
            case Cpio.SYMLINK -> assertThat(entry.content()).isEqualTo("/etc/passwd");
            default -> assertThat(entry.content()).isEmpty();
          }
        }
      }
    }
  }

  @Test
  void directoryThatIsExchangedForALinkLeadsNowhereElse() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path twins = Files.createDirectory(directory.resolve("twins"));
    for (int i = 0; i < FILES; i++) {
      Files.writeString(Files.createDirectory(source.resolve("a" + i)).resolve("passwd"), OWN);
      Files.createSymbolicLink(twins.resolve("a" + i), Path.of("/etc"));
    }
    try (Meddler _ = meddler("exchange", source, twins)) {
      for (int i = 0; i < 20; i++) {
        assertThat(copy(source)).isEmpty();
        for (CpioReader.Entry entry : entries().values()) {
          assertThat(entry.content()).isIn("", OWN, "/etc");
        }
      }
    }
  }

  @Test
  void filesThatShrinkGrowVanishAndAppearStopNothing() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    for (int i = 0; i < FILES; i++) {
      Files.write(source.resolve("a" + i), new byte[200_000]);
    }
    try (Meddler _ = meddler("truncate", source, source)) {
      for (int i = 0; i < 10; i++) {
        assertThat(copy(source)).allMatch(n -> n.endsWith("vanished while it was read"), "reason");
        assertThat(entries()).containsKey("m");
      }
    }
  }

  @Test
  void versionsOfTheKubeletArriveWholeOldOrNew() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    try (Meddler _ = meddler("versions", source, source)) {
      for (int i = 0; i < 5; i++) {
        assertThat(copy(source)).isEmpty();
        assertIsOneVersion(entries());
      }
    }
  }

  @Test
  void linkThatLeadsToAnotherVersionForAMomentIsCopiedWithItsOwn() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    try (Meddler _ = meddler("links", source, source)) {
      for (int i = 0; i < 20; i++) {
        assertThat(copy(source)).isEmpty();
        assertIsOneVersion(entries());
      }
    }
  }

  private static void assertIsOneVersion(Map<String, CpioReader.Entry> entries) {
    String version = content(entries, "m/..data");
    int keys = 0;
    for (CpioReader.Entry entry : entries.values()) {
      if (entry.content().startsWith("..data/")) {
        String target = "m/" + version + "/" + entry.content().substring("..data/".length());
        assertThat(content(entries, target)).isEqualTo(version);
        keys++;
      } else if (entry.name().startsWith("m/" + version + "/")) {
        assertThat(entries).containsKey("m/" + entry.name().substring(version.length() + 3));
      }
    }
    assertThat(keys).isGreaterThanOrEqualTo(10);
  }

  @Test
  void versionsThatNeverStandStillAreRefused() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    String refused = null;
    try (Meddler _ = meddler("names", source, source)) {
      // On a busy machine the one that meddles may itself stand still for a while.
      for (int i = 0; i < 50 && refused == null; i++) {
        try {
          boolean _ = copy(source).isEmpty();
        } catch (IOException e) {
          refused = e.getMessage();
        }
      }
    }
    assertThat(refused)
        .startsWith("mount \"/m\": ")
        .endsWith(": has changed during each of 50 copies");
  }

  /// A kubelet that was killed in the middle of an update has left this.
  @Test
  void versionsThatLeadNowhereButStandStillAreCopiedAsTheyAre() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.createSymbolicLink(source.resolve("..data"), Path.of("..gone"));
    Files.createSymbolicLink(source.resolve("key"), Path.of("..data/key"));
    assertThat(copy(source)).isEmpty();
    assertThat(entries()).containsOnlyKeys("m", "m/..data", "m/key");
  }

  @Test
  void filesOfTheKernelArriveWithTheirContent() throws Exception {
    for (String file : List.of("/sys/kernel/uevent_seqnum", "/proc/version", "/proc/self/mounts")) {
      assertThat(copy(Path.of(file))).isEmpty();
      assertThat(content(entries(), "m")).as(file).isNotEmpty().doesNotContain("\0");
    }
    copy(Path.of("/proc/version"));
    assertThat(content(entries(), "m")).isEqualTo(Files.readString(Path.of("/proc/version")));
  }

  @Test
  void unreadableFilesOfTheKernelAreNotesInItsWords() throws Exception {
    List<String> notes = copy(Path.of("/sys/bus"));
    assertThat(notes)
        .isNotEmpty()
        .allMatch(n -> n.startsWith("mount \"/m\": \"/sys/bus/") || n.endsWith(" more left out"))
        .anyMatch(n -> n.endsWith("\" left out: Permission denied"));
    assertThat(copy(Path.of("/proc/self/mem")))
        .hasSize(1)
        .first()
        .asString()
        .contains("left out: ");
    assertThat(content(entries(), "m")).as("to be bound").isEmpty();
  }

  @Test
  void fileWithoutAnEndIsLeftOut() throws Exception {
    assertThat(copy(Path.of("/proc/kmsg")))
        .singleElement()
        .asString()
        .endsWith("left out: Resource temporarily unavailable");
  }

  @Test
  void hardLinksAreFilesAndSparseOnesAreBounded() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.writeString(source.resolve("a"), OWN);
    Files.createLink(source.resolve("b"), source.resolve("a"));
    assertThat(copy(source)).isEmpty();
    assertThat(content(entries(), "m/b")).isEqualTo(OWN);
    try (RandomAccessFile sparse = new RandomAccessFile(source.resolve("s").toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatThrownBy(() -> copy(source)).hasMessageContaining("do not fit the guest");
  }

  @Test
  void manyFilesThatAreNoneAreCounted() throws Exception {
    run("mkdir source; cd source; for i in $(seq 150); do echo f$i; done | xargs mkfifo");
    List<String> notes = copy(directory.resolve("source"));
    assertThat(notes).hasSize(101).last().isEqualTo("mount \"/m\": 50 more left out");
  }

  private void run(String script) throws Exception {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", script)
            .directory(directory.toFile())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).as(script).isZero();
  }

  private Meddler meddler(String what, Path one, Path other) throws Exception {
    Path program = directory.resolve("meddle");
    if (!Files.exists(program)) {
      run("gcc -O1 -o meddle " + Path.of("src/test/c/meddle.c").toAbsolutePath());
    }
    Process process =
        new ProcessBuilder(program.toString(), what, one.toString(), other.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("begun");
    return new Meddler(process);
  }

  /// Changes files until it is closed.
  private record Meddler(Process process) implements AutoCloseable {
    @Override
    public void close() {
      process.destroyForcibly();
      var _ = process.onExit().join();
    }
  }
}
