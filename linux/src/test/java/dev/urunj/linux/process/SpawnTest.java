package dev.urunj.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.testkit.DescriptorLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnTest {
  @TempDir private Path directory;

  @Test
  void argumentsReachTheProgramAsTheyAre() throws Exception {
    String said = output(Spawns.of(List.of("printf", "<%s>", "a b", "", "\"'$x", "ü")));
    assertThat(said).isEqualTo("<a b><><\"'$x><ü>");
  }

  @Test
  void childHasExactlyTheDescriptorsItIsGiven() throws Exception {
    try (Fd a = OpenFile.readOnly(Path.of("/dev/null"));
        Fd b = OpenFile.readOnly(Path.of("/dev/zero"))) {
      Spawn spawn = Spawns.of(List.of("ls", "/proc/self/fd"));
      String said = output(spawn.descriptor(3, a).descriptor(6, b));
      // 4 is what ls itself opens to look; had there been more, it would be a higher one
      assertThat(said).isEqualTo("0\n1\n2\n3\n4\n6\n");
    }
  }

  @Test
  void descriptorsMayTradeNumbers() throws Exception {
    try (Fd first = OpenFile.readOnly(Path.of("/dev/null"));
        Fd second = OpenFile.readOnly(Path.of("/dev/zero"));
        Fd third = OpenFile.readOnly(Path.of("/dev/full"))) {
      String script =
          "readlink /proc/self/fd/%d /proc/self/fd/%d /proc/self/fd/%d"
              .formatted(second.number(), first.number(), third.number());
      Spawn spawn = Spawns.of(List.of("sh", "-c", script));
      spawn.descriptor(second.number(), first).descriptor(first.number(), second);
      spawn.descriptor(third.number(), third);
      assertThat(output(spawn)).isEqualTo("/dev/null\n/dev/zero\n/dev/full\n");
    }
  }

  @Test
  void oneSourceMayHaveSeveralNumbers() throws Exception {
    try (Fd source = OpenFile.readOnly(Path.of("/dev/zero"))) {
      Spawn spawn = Spawns.of(List.of("readlink", "/proc/self/fd/3", "/proc/self/fd/5"));
      assertThat(output(spawn.descriptor(3, source).descriptor(5, source)))
          .isEqualTo("/dev/zero\n/dev/zero\n");
    }
  }

  @Test
  void noSignalIsBlockedOrIgnored() throws Exception {
    String said = output(Spawns.of(List.of("grep", "Sig[BI]", "/proc/self/status")));
    assertThat(said).contains("SigBlk:\t0000000000000000");
    assertThat(SignalMask.of(said, "SigIgn")).isZero();
  }

  @Test
  void environmentIsOursByteForByte() throws Exception {
    byte[] ours = Files.readAllBytes(Path.of("/proc/self/environ"));
    String said = output(Spawns.of(List.of("cat", "/proc/self/environ")));
    assertThat(said).isEqualTo(new String(ours, StandardCharsets.UTF_8));
  }

  @Test
  void environmentCanBeGivenWhole() throws Exception {
    List<String> argv = List.of("cat", "/proc/self/environ");
    String said =
        output(
            new Spawn(
                argv, Inheritance.ofThisProcess(Environment.of(List.of("B=2 3", "A=", "B=4")))));
    assertThat(said).isEqualTo("B=2 3\0A=\0B=4\0");
  }

  @Test
  void childWithoutAStreamIsAMistake() {
    Spawn spawn = new Spawn(List.of("true"), Inheritance.withoutStreams(Environment.of(List.of())));
    assertThatThrownBy(spawn::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the child has no descriptor 0");
  }

  @Test
  void streamsThatAreInheritedFromAnotherAreTheChilds() throws Exception {
    Path input = Files.writeString(directory.resolve("in"), "text");
    try (Fd in = OpenFile.readOnly(input);
        Fd out = OpenFile.unnamed(directory);
        Fd err = OpenFile.unnamed(directory)) {
      Inheritance of = Inheritance.of(Environment.of(List.of("A=x")), in, out, err);
      Spawn spawn = new Spawn(List.of("/bin/sh", "-c", "cat; echo -n $A >&2"), of);
      try (Child child = spawn.start()) {
        assertThat(child.waitFor().shellCode()).isZero();
      }
      assertThat(FileStatus.of(out).size()).isEqualTo(4);
      assertThat(FileStatus.of(err).size()).isEqualTo(1);
      assertThat(output(spawn)).isEqualTo("");
    }
  }

  @Test
  void programMayDifferFromItsNameAndHasItsDirectory() throws Exception {
    Spawn spawn = Spawns.of(List.of("name", "-c", "echo $0; pwd"));
    String said = output(spawn.program(Path.of("/bin/sh")).directory(directory));
    assertThat(said).isEqualTo("name\n" + directory.toRealPath() + "\n");
  }

  @Test
  void standardStreamsAreReplaced() throws Exception {
    Path input = Files.writeString(directory.resolve("in"), "text");
    try (Fd in = OpenFile.readOnly(input);
        Fd err = OpenFile.unnamed(directory)) {
      Spawn spawn = Spawns.of(List.of("sh", "-c", "cat; echo bad >&2"));
      assertThat(output(spawn.descriptor(0, in).descriptor(2, err))).isEqualTo("text");
      assertThat(FileStatus.of(err).size()).isEqualTo(4);
    }
  }

  @Test
  void missingProgramIsAnErrorAndNoChild() throws Exception {
    try (DescriptorLeaks _ = DescriptorLeaks.watch()) {
      assertErrno(Spawns.of(List.of("/none/such")), Errno.ENOENT);
      assertErrno(Spawns.of(List.of("no-such-program")), Errno.ENOENT);
      assertErrno(Spawns.of(List.of("true")).directory(directory.resolve("none")), Errno.ENOENT);
      assertErrno(Spawns.of(List.of(directory.toString())), Errno.EACCES);
    }
  }

  @Test
  void scriptWithoutAnInterpreterLineIsNotGuessed() throws Exception {
    Path script = Files.writeString(directory.resolve("script"), "echo hello\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    assertErrno(Spawns.of(List.of(script.toString())), 8);
  }

  @Test
  void nothingIsLeftOpen() throws Exception {
    try (DescriptorLeaks _ = DescriptorLeaks.watch()) {
      for (int i = 0; i < 20; i++) {
        try (Child child = Spawns.of(List.of("true")).start()) {
          assertThat(child.waitFor().shellCode()).isZero();
        }
      }
    }
  }

  private String output(Spawn spawn) throws IOException {
    Path file = Files.createTempFile(directory, "out", "");
    try (Fd out = OpenFile.readWrite(file);
        Child child = spawn.descriptor(1, out).start()) {
      assertThat(child.waitFor()).isEqualTo(new ExitStatus(0, 0));
    }
    return Files.readString(file);
  }

  private static void assertErrno(Spawn spawn, int errno) {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(spawn::start)
        .withMessageStartingWith("posix_spawn(\"")
        .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void quietProgramReadsAnEndAndSaysNothing() throws Exception {
    Path said = directory.resolve("said");
    String script = "read x || readlink /proc/self/fd/1 /proc/self/fd/2 >" + said + "; exit 3";
    ExitStatus status = Spawns.of(List.of("sh", "-c", script)).runQuietly(Duration.ofSeconds(20));
    assertThat(status.shellCode()).isEqualTo(3);
    assertThat(said).content().endsWith("/dev/null\n");
  }

  @Test
  void killedChildIsDeadAndHasItsStatus() throws Exception {
    try (Child child = Spawns.of(List.of("sleep", "1000")).start()) {
      assertThat(child.kill()).isTrue();
      assertThat(child.waitFor().signal()).isEqualTo(9);
    }
  }

  @Test
  void quietProgramThatTakesTooLongIsKilled() throws Exception {
    ExitStatus status = Spawns.of(List.of("sleep", "1000")).runQuietly(Duration.ofMillis(50));
    assertThat(status.signal()).isEqualTo(9);
  }
}
