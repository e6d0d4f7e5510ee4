package dev.urunj.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramPathTest {
  @TempDir Path directory;

  private Path file(String name, String permissions) throws Exception {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void firstDirectoryThatHasItWins() throws Exception {
    file("a/other", "rwxr-xr-x");
    Path first = file("b/program", "rwxr-xr-x");
    file("c/program", "rwxr-xr-x");
    String path = directory + "/a:" + directory + "/b:" + directory + "/c";
    assertThat(ProgramPath.first(path, "program")).isEqualTo(first);
  }

  @Test
  void directoriesAndFilesThatCannotBeExecutedAreNoPrograms() throws Exception {
    file("a/program", "rw-r--r--");
    Files.createDirectories(directory.resolve("b/program"));
    assertThat(ProgramPath.first(directory + "/a:" + directory + "/b", "program")).isNull();
  }

  @Test
  void relativeAndEmptyDirectoriesAreLeftOut() throws Exception {
    Path program = file("a/program", "rwxr-xr-x");
    Path relative = Path.of("").toAbsolutePath().relativize(directory.resolve("a"));
    assertThat(ProgramPath.first(relative + "::.", "program")).isNull();
    assertThat(ProgramPath.first("::" + directory + "/a", "program")).isEqualTo(program);
  }
}
