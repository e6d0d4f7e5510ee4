package dev.urunj.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStatusTest {
  @TempDir private Path directory;

  @Test
  void statusIsWhatTheJdkSeesToo() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "12345");
    FileStatus status = FileStatus.of(file);
    assertThat(status.device()).isEqualTo(Files.getAttribute(file, "unix:dev"));
    assertThat(status.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(status.mode()).isEqualTo(Files.getAttribute(file, "unix:mode"));
    assertThat(status.uid()).isEqualTo(Files.getAttribute(file, "unix:uid"));
    assertThat(status.gid()).isEqualTo(Files.getAttribute(file, "unix:gid"));
    assertThat(status.size()).isEqualTo(5);
  }

  @Test
  void descriptorAndPathAgree() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "12345");
    try (Fd fd = OpenFile.path(file)) {
      assertThat(FileStatus.of(fd)).isEqualTo(FileStatus.of(file));
    }
  }

  @Test
  void kindsAreToldApart() throws Exception {
    assertThat(FileStatus.of(directory).isDirectory()).isTrue();
    assertThat(FileStatus.of(Files.createFile(directory.resolve("f"))).isRegular()).isTrue();
    assertThat(FileStatus.of(Path.of("/dev/null")).isCharacterDevice()).isTrue();
  }

  @Test
  void fileSystemIsKnownByItsMagicNumber() throws Exception {
    try (Fd fd = OpenFile.directory(Path.of("/proc"))) {
      assertThat(FileStatus.filesystemMagic(fd)).isEqualTo(0x9fa0);
    }
  }
}
