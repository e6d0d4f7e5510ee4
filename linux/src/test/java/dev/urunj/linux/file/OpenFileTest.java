package dev.urunj.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFileTest {
  @TempDir private Path directory;

  @Test
  @Needs(root = true)
  void everyDescriptorIsCloseOnExec() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "x");
    try (Fd a = OpenFile.path(file);
        Fd b = OpenFile.directory(directory);
        Fd c = OpenFile.readOnly(file);
        Fd d = OpenFile.readWrite(file);
        Fd e = OpenFile.appendNew(directory.resolve("new"), 0600);
        Fd f = OpenFile.unnamed(directory);
        Fd g = OpenFile.unnamed(Path.of("/proc/self/fd"));
        Fd h = OpenFile.underRoot(b, "f")) {
      for (Fd fd : List.of(a, b, c, d, e, f, g, h)) {
        assertThat(flags(fd) & 0x80000).as(FileIo.linkTarget(fd)).isNotZero();
      }
    }
  }

  @Test
  void missingFileIsNamedInTheError() {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> OpenFile.readOnly(Path.of("/nowhere")))
        .withMessage("openat(\"/nowhere\", O_RDONLY) = -1 ENOENT (No such file or directory)");
  }

  @Test
  void pathOpensTheLinkItself() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/nowhere"));
    try (Fd fd = OpenFile.path(link)) {
      assertThat(FileStatus.of(fd).isSymbolicLink()).isTrue();
    }
  }

  @Test
  void fileInPlaceOfADirectoryIsRefused() throws Exception {
    Path file = Files.createFile(directory.resolve("f"));
    assertErrno(() -> OpenFile.directory(file), Errno.ENOTDIR);
  }

  @Test
  void appendNewRefusesWhatExistsEvenADanglingLink() throws Exception {
    Path file = Files.createFile(directory.resolve("f"));
    Path link = Files.createSymbolicLink(directory.resolve("l"), directory.resolve("other"));
    assertErrno(() -> OpenFile.appendNew(file, 0600), Errno.EEXIST);
    assertErrno(() -> OpenFile.appendNew(link, 0600), Errno.EEXIST);
  }

  @Test
  void unnamedFileHasNoNameAndCanBeReadBack() throws Exception {
    try (Fd fd = OpenFile.unnamed(directory)) {
      FileIo.writeFully(fd, new byte[] {1, 2, 3});
      FileStatus status = FileStatus.of(fd);
      assertThat(status.size()).isEqualTo(3);
      assertThat(status.permissions()).isEqualTo(0600);
      assertThat(directory).isEmptyDirectory();
    }
  }

  @Test
  @Needs(root = true)
  void unnamedFileLiesInMemoryWhereTheFileSystemHasNone() throws Exception {
    try (Fd fd = OpenFile.unnamed(Path.of("/proc/self/fd"))) {
      assertThat(FileIo.linkTarget(fd)).startsWith("/memfd:");
      assertThat(FileStatus.of(fd).permissions()).isEqualTo(0600);
    }
  }

  @Test
  void unnamedFileInAMissingDirectoryIsAnError() {
    assertErrno(() -> OpenFile.unnamed(directory.resolve("none")), Errno.ENOENT);
  }

  @Test
  void linksAndParentsStayUnderTheRoot() throws Exception {
    Path root = directory.resolve("root");
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(directory.resolve("secret"), "out");
    Files.writeString(root.resolve("secret"), "in");
    Files.createSymbolicLink(root.resolve("absolute"), Path.of("/secret"));
    Files.createSymbolicLink(root.resolve("etc/up"), Path.of("../../../../secret"));
    for (String path : List.of("secret", "/secret", "../secret", "absolute", "etc/up")) {
      assertThat(contentUnder(root, path)).as(path).isEqualTo("in");
    }
  }

  @Test
  void magicLinksUnderTheRootAreRefused() throws Exception {
    try (Fd root = OpenFile.directory(Path.of("/"))) {
      assertErrno(() -> OpenFile.underRoot(root, "proc/self/root/etc/passwd"), Errno.ELOOP);
    }
  }

  @Test
  void pathWithAZeroByteNamesNothing() throws Exception {
    try (Fd root = OpenFile.directory(directory)) {
      assertErrno(() -> OpenFile.underRoot(root, "a\0b"), Errno.ENOENT);
    }
  }

  @Test
  @Needs(programs = "mkfifo")
  void fifoUnderTheRootIsNeverOpened() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    try (Fd root = OpenFile.directory(directory);
        Fd found = OpenFile.underRoot(root, "fifo")) {
      assertThat(FileStatus.of(found).isFifo()).isTrue();
      assertThat(flags(found) & 0x200000).as("O_PATH").isNotZero();
    }
  }

  @Test
  void failuresLeaveNoDescriptors() throws Exception {
    try (DescriptorLeaks _ = DescriptorLeaks.watch();
        Fd root = OpenFile.directory(directory)) {
      for (int i = 0; i < 50; i++) {
        assertErrno(() -> OpenFile.underRoot(root, "none"), Errno.ENOENT);
        OpenFile.unnamed(directory).close();
      }
    }
  }

  private static String contentUnder(Path root, String path) throws IOException {
    try (Fd rootFd = OpenFile.directory(root);
        Fd file = OpenFile.underRoot(rootFd, path)) {
      byte[] bytes = new byte[10];
      int count = FileIo.read(file, bytes, 0, bytes.length);
      return new String(bytes, 0, count, StandardCharsets.UTF_8);
    }
  }

  private static int flags(Fd fd) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd.number()))) {
      if (line.startsWith("flags:")) {
        return Integer.parseInt(line.substring(6).strip(), 8);
      }
    }
    throw new AssertionError("no flags");
  }

  private static void assertErrno(ThrowingCallable call, int errno) {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
