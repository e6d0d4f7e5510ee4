package dev.urunj.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIoTest {
  @TempDir private Path directory;

  @Test
  void largeContentIsWrittenWhole() throws Exception {
    byte[] content = bytes(200_001);
    Path file = directory.resolve("f");
    try (Fd fd = OpenFile.appendNew(file, 0600)) {
      FileIo.writeFully(fd, content);
      FileIo.writeFully(fd, new byte[0]);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  @Test
  void readingEndsWithMinusOne() throws Exception {
    try (Fd fd = OpenFile.readOnly(Files.writeString(directory.resolve("f"), "abc"))) {
      byte[] into = new byte[5];
      assertThat(FileIo.read(fd, into, 1, 4)).isEqualTo(3);
      assertThat(new String(into, 1, 3, StandardCharsets.UTF_8)).isEqualTo("abc");
      assertThat(FileIo.read(fd, into, 0, 5)).isEqualTo(-1);
      assertThat(FileIo.read(fd, into, 5, 0)).isZero();
    }
  }

  @Test
  void copyTakesAsMuchAsAskedForFromThePosition() throws Exception {
    byte[] content = bytes(100_000);
    Path file = directory.resolve("to");
    try (Fd from = OpenFile.readOnly(Files.write(directory.resolve("f"), content));
        Fd to = OpenFile.appendNew(file, 0600)) {
      assertThat(FileIo.copy(from, to, 70_000)).isEqualTo(70_000);
      assertThat(FileIo.copy(from, to, Long.MAX_VALUE)).isEqualTo(30_000);
      assertThat(FileIo.copy(from, to, 1)).isZero();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  @Test
  @Needs(root = true)
  void copyCrossesFileSystemsAndReadsFilesOfTheKernel() throws Exception {
    try (Fd to = OpenFile.unnamed(Path.of("/proc/self/fd"))) {
      try (Fd from = OpenFile.readOnly(Files.write(directory.resolve("f"), bytes(90_000)))) {
        assertThat(FileIo.copy(from, to, 90_000)).isEqualTo(90_000);
      }
      try (Fd from = OpenFile.readOnly(Path.of("/proc/sys/kernel/random/boot_id"))) {
        assertThat(FileIo.copy(from, to, 1000)).isEqualTo(37);
      }
      assertThat(FileStatus.of(to).size()).isEqualTo(90_037);
    }
  }

  @Test
  void copyIntoWhatCannotBeWrittenIsAnError() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "abc");
    try (Fd from = OpenFile.readOnly(file);
        Fd to = OpenFile.readOnly(file)) {
      assertThatExceptionOfType(ErrnoException.class)
          .isThrownBy(() -> FileIo.copy(from, to, 3))
          .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    }
  }

  @Test
  void permissionsAndLengthAreChanged() throws Exception {
    try (Fd fd = OpenFile.unnamed(directory)) {
      FileIo.chmod(fd, 0644);
      FileIo.truncate(fd, 4096);
      assertThat(FileStatus.of(fd).permissions()).isEqualTo(0644);
      assertThat(FileStatus.of(fd).size()).isEqualTo(4096);
    }
  }

  @Test
  @Needs(root = true)
  void ownerIsChangedAndMinusOneLeavesIt() throws Exception {
    try (Fd fd = OpenFile.unnamed(directory)) {
      FileIo.chown(fd, 1234, -1);
      assertThat(FileStatus.of(fd).uid()).isEqualTo(1234);
      assertThat(FileStatus.of(fd).gid()).isZero();
    }
  }

  @Test
  void linkTargetIsTheKernelsNameOfTheFile() throws Exception {
    Path file = Files.createFile(directory.resolve("f"));
    try (Fd fd = OpenFile.readOnly(file)) {
      assertThat(FileIo.linkTarget(fd)).isEqualTo(file.toRealPath().toString());
    }
  }

  @Test
  void unlinkTellsWhetherThereWasAName() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    assertThat(FileIo.unlink(file)).isTrue();
    assertThat(FileIo.unlink(file)).isFalse();
    assertThat(file).doesNotExist();
  }

  @Test
  void renamingReplacesNothingNotEvenAnEmptyDirectory() throws IOException {
    Path from = Files.createDirectory(directory.resolve("from"));
    Files.createFile(from.resolve("f"));
    Path to = Files.createDirectory(directory.resolve("to"));
    assertThat(FileIo.renameToNew(from, to)).isFalse();
    assertThat(to).isEmptyDirectory();
    Files.delete(to);
    assertThat(FileIo.renameToNew(from, to)).isTrue();
    assertThat(to.resolve("f")).exists();
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> FileIo.renameToNew(from, directory.resolve("other")))
        .matches(e -> e.errno() == Errno.ENOENT)
        .withMessageContaining("RENAME_NOREPLACE");
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
