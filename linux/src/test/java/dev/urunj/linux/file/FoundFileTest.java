package dev.urunj.linux.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoundFileTest {
  @TempDir private Path directory;
  private final FileReader reader = new FileReader();

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  /// Changes the name between look and open, which a loop of renameat2(2) manages now and then.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mkfifo $1",
        "ln -s /etc/passwd $1",
        "mkdir $1",
        "perl -MSocket -e 'socket(S,1,1,0); bind(S, sockaddr_un($ARGV[0])) or die' $1",
        "echo other > $1",
        ":"
      })
  void whatTakesTheNameAfterTheLookIsNeverOpened(String swap) throws Exception {
    file("f", "own");
    try (FoundFile top = FoundFile.of(directory);
        FoundFile found = top.child("f".getBytes(UTF_8))) {
      run("rm $1; " + swap);
      try (Fd open = found.open()) {
        assertThat(reader.readUpTo(open, 3, 100)).isEqualTo("own".getBytes(UTF_8));
      }
      assertThat(found.status().size()).isEqualTo(3);
    }
  }

  @Test
  @Needs(root = true)
  void devicesFifosSocketsAndLinksAreFoundAndNeverOpened() throws Exception {
    run("mknod $1 b 7 250");
    run("mknod $1.c c 1 5; mkfifo $1.p; ln -s /etc/passwd $1.l");
    for (String name : List.of("f", "f.c", "f.p", "f.l")) {
      try (FoundFile top = FoundFile.of(directory);
          FoundFile found = top.child(name.getBytes(UTF_8))) {
        assertThat(found.status().isRegular()).as(name).isFalse();
        assertThatIllegalStateException().as(name).isThrownBy(found::open);
      }
    }
  }

  @Test
  void linkIsFollowedByAPathAndFoundByAName() throws Exception {
    file("f", "own");
    Path link = Files.createSymbolicLink(directory.resolve("l"), Path.of("f"));
    try (FoundFile followed = FoundFile.of(link);
        FoundFile top = FoundFile.of(directory);
        FoundFile itself = top.child("l".getBytes(UTF_8))) {
      assertThat(followed.status().isRegular()).isTrue();
      assertThat(itself.status().isSymbolicLink()).isTrue();
      assertThat(itself.linkTarget()).isEqualTo("f".getBytes(UTF_8));
    }
  }

  @Test
  void pathWithoutLinksRefusesALinkOnTheWay() throws Exception {
    Path real = Files.createDirectory(directory.resolve("d")).resolve("f");
    Files.writeString(real, "own");
    Path link = Files.createSymbolicLink(directory.resolve("l"), Path.of("d"));
    try (FoundFile found = FoundFile.withoutLinks(real.toRealPath())) {
      assertThat(found.status().size()).isEqualTo(3);
    }
    assertErrno(
        () -> FoundFile.withoutLinks(directory.toRealPath().resolve("l/f")).close(), Errno.ENOTDIR);
    try (FoundFile last = FoundFile.withoutLinks(link)) {
      assertThat(last.status().isSymbolicLink()).isTrue();
    }
  }

  @Test
  void childIsOneComponentAndMayBeGone() throws Exception {
    try (FoundFile top = FoundFile.of(directory)) {
      for (String name : List.of("none", "", "../x", "a\0b", "/etc")) {
        assertErrno(() -> top.child(name.getBytes(UTF_8)).close(), Errno.ENOENT);
      }
    }
  }

  @Test
  void namesAreBytesAndBounded() throws Exception {
    run("cd ${1%/f}; : > \"$(printf 'a\\303\\274')\"; : > \"$(printf 'x\\377')\"; mkdir ..d ...");
    try (FoundFile top = FoundFile.of(directory);
        Fd open = top.open()) {
      assertThat(reader.names(open, 4))
          .containsExactlyInAnyOrder(
              "aü".getBytes(UTF_8),
              new byte[] {'x', -1},
              "..d".getBytes(UTF_8),
              "...".getBytes(UTF_8));
    }
    try (FoundFile top = FoundFile.of(directory);
        Fd open = top.open()) {
      assertThat(reader.names(open, 3)).isNull();
    }
  }

  @Test
  void tenThousandNamesAreAllRead() throws Exception {
    run("cd ${1%/f}; seq 10000 | xargs touch");
    try (FoundFile top = FoundFile.of(directory);
        Fd open = top.open()) {
      assertThat(reader.names(open, 10_000)).hasSize(10_000);
    }
  }

  @Test
  void fileIsReadToItsEndWhateverItsSizeIsSaidToBe() throws Exception {
    try (FoundFile found = FoundFile.of(Path.of("/proc/self/status"));
        Fd open = found.open()) {
      assertThat(found.status().size()).isZero();
      assertThat(new String(reader.readUpTo(open, 0, 1 << 20), UTF_8)).startsWith("Name:");
    }
    file("f", "x".repeat(1000));
    for (int hint : new int[] {0, 999, 1000, 4096}) {
      try (FoundFile found = FoundFile.of(directory.resolve("f"));
          Fd open = found.open()) {
        assertThat(reader.readUpTo(open, hint, 5000)).hasSize(1000);
      }
    }
    try (FoundFile found = FoundFile.of(directory.resolve("f"));
        Fd open = found.open()) {
      assertThat(reader.readUpTo(open, 10, 600)).hasSize(600);
    }
  }

  /// The owner of a file may have a lease on it, and an open then waits 45 s for the owner.
  @Test
  @Needs(programs = "perl")
  void leaseOfSomebodyElseIsAnErrorAndNoWait() throws Exception {
    Path file = file("f", "own");
    Process holder =
        new ProcessBuilder(
                "perl",
                "-e",
                "$SIG{IO}='IGNORE'; open(F, '+<', $ARGV[0]) or die;"
                    + " fcntl(F, 1024, 1) or die $!; $| = 1; print \"held\\n\"; <STDIN>",
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (FoundFile found = FoundFile.of(file)) {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      assertErrno(() -> found.open().close(), Errno.EAGAIN);
    } finally {
      holder.getOutputStream().close();
      assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void nothingIsLeftOpen() throws Exception {
    Path file = file("f", "own");
    try (DescriptorLeaks _ = DescriptorLeaks.watch()) {
      for (int i = 0; i < 50; i++) {
        try (FoundFile found = FoundFile.withoutLinks(file.toRealPath());
            Fd open = found.open()) {
          assertThat(open.isOpen()).isTrue();
        }
        assertErrno(() -> FoundFile.withoutLinks(file.resolve("x")).close(), Errno.ENOTDIR);
      }
    }
  }

  private static void assertErrno(ThrowingCallable call, int errno) {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private void run(String script) throws Exception {
    Path name = directory.resolve("f");
    Process process =
        new ProcessBuilder("/bin/sh", "-c", script, "sh", name.toString()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
