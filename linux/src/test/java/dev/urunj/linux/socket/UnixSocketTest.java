package dev.urunj.linux.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.testkit.DescriptorLeaks;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration AT_ONCE = Duration.ofMillis(20);

  @TempDir private Path directory;

  @Test
  void bytesTravelBothWaysUntilTheEnd() throws Exception {
    try (Fd listener = UnixSocket.listen(directory, "socket", 1);
        UnixSocket client = UnixSocket.connect(directory, "socket", SOON)) {
      try (UnixSocket server = UnixSocket.accept(listener, SOON)) {
        write(client, "to server");
        assertThat(read(server)).isEqualTo("to server");
        write(server, "to client");
        assertThat(read(client)).isEqualTo("to client");
      }
      assertThat(client.read(new byte[1], 0, 1, SOON)).isEqualTo(-1);
    }
  }

  @Test
  void pathOfAnyLengthIsReached() throws Exception {
    Path deep = directory;
    for (int i = 0; i < 5; i++) {
      deep = deep.resolve("d".repeat(100));
    }
    Files.createDirectories(deep);
    String name = "n".repeat(70);
    try (Fd listener = UnixSocket.listen(deep, name, 1);
        UnixSocket client = UnixSocket.connect(deep, name, SOON);
        UnixSocket server = UnixSocket.accept(listener, SOON)) {
      write(client, "x");
      assertThat(read(server)).isEqualTo("x");
    }
  }

  @Test
  void socketIsForItsOwnerOnly() throws Exception {
    try (Fd _ = UnixSocket.listen(directory, "socket", 1)) {
      int mode = (int) Files.getAttribute(directory.resolve("socket"), "unix:mode");
      assertThat(mode & 0777).isEqualTo(0600);
    }
  }

  @Test
  void nameThatIsTakenIsRefusedAlsoByADeadSocket() throws Exception {
    UnixSocket.listen(directory, "socket", 1).close();
    assertErrno(() -> UnixSocket.listen(directory, "socket", 1), Errno.EADDRINUSE);
    assertErrno(() -> UnixSocket.connect(directory, "socket", SOON), Errno.ECONNREFUSED);
  }

  @Test
  void linkAndOtherFilesAreNotConnectedTo() throws Exception {
    try (Fd _ = UnixSocket.listen(directory, "socket", 1)) {
      Files.createSymbolicLink(directory.resolve("link"), Path.of("socket"));
      Files.createFile(directory.resolve("file"));
      assertErrno(() -> UnixSocket.connect(directory, "link", SOON), Errno.ELOOP);
      assertErrno(() -> UnixSocket.connect(directory, "file", SOON), Errno.ENOTSOCK);
      assertErrno(() -> UnixSocket.connect(directory, "none", SOON), Errno.ENOENT);
    }
  }

  @Test
  void nameIsOneComponentThatFits() {
    for (String name : List.of("", ".", "..", "a/b", "/a", "a\0")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> UnixSocket.listen(directory, name, 1))
          .withMessageEndingWith("; expected one file name");
    }
    assertErrno(() -> UnixSocket.listen(directory, "n".repeat(100), 1), Errno.ENAMETOOLONG);
  }

  @Test
  void everyWaitEndsWithItsTimeout() throws Exception {
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket a = pair[0];
        UnixSocket b = pair[1];
        Fd listener = UnixSocket.listen(directory, "socket", 0)) {
      assertTimeout(() -> a.read(new byte[1], 0, 1, AT_ONCE));
      assertTimeout(() -> a.receiveDescriptor(AT_ONCE));
      assertTimeout(() -> b.write(new byte[10_000_000], 0, 10_000_000, AT_ONCE));
      assertTimeout(() -> UnixSocket.accept(listener, AT_ONCE));
      List<UnixSocket> waiting = new ArrayList<>();
      assertTimeout(() -> {
        while (waiting.size() < 10) {
          waiting.add(UnixSocket.connect(directory, "socket", AT_ONCE));
        }
      });
      for (UnixSocket each : waiting) {
        each.close();
      }
    }
  }

  @Test
  void muchIsWrittenWhole() throws Exception {
    byte[] content = new byte[1_000_003];
    new Random(1).nextBytes(content);
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket a = pair[0];
        UnixSocket b = pair[1]) {
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  a.write(content, 0, content.length, SOON);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      byte[] received = new byte[content.length];
      for (int at = 0; at < received.length; ) {
        at += b.read(received, at, received.length - at, SOON);
      }
      writer.join();
      assertThat(received).isEqualTo(content);
    }
  }

  @Test
  void writingToAClosedEndIsAnErrorAndNoSignal() throws Exception {
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket a = pair[0]) {
      pair[1].close();
      assertErrno(() -> write(a, "x"), Errno.EPIPE);
    }
  }

  @Test
  void descriptorArrivesAndOthersAreClosed() throws Exception {
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket a = pair[0];
        UnixSocket b = pair[1];
        Fd zero = OpenFile.readOnly(Path.of("/dev/zero"));
        Fd full = OpenFile.readOnly(Path.of("/dev/full"));
        DescriptorLeaks _ = DescriptorLeaks.watch()) {
      byte[] content = "pty".getBytes(StandardCharsets.UTF_8);
      a.sendDescriptors(content, SOON, zero, full);
      try (Fd received = b.receiveDescriptor(SOON)) {
        assertThat(FileIo.linkTarget(received)).isEqualTo("/dev/zero");
        assertThat(received.number()).isNotEqualTo(zero.number());
        assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + received.number())))
            .containsPattern("flags:\\s+0?2[0-7]{6}\\n");
      }
    }
  }

  @Test
  void messageWithoutADescriptorIsAnError() throws Exception {
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket a = pair[0];
        UnixSocket b = pair[1]) {
      write(a, "x");
      assertThatIOException()
          .isThrownBy(() -> b.receiveDescriptor(SOON))
          .withMessage("a message without a descriptor; expected one with SCM_RIGHTS");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> b.sendDescriptors(new byte[0], SOON, b.fd()));
      assertThatIllegalArgumentException().isThrownBy(() -> b.sendDescriptors(new byte[1], SOON));
    }
  }

  @Test
  void endInPlaceOfADescriptorIsAnError() throws Exception {
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket b = pair[1]) {
      pair[0].close();
      assertThatIOException().isThrownBy(() -> b.receiveDescriptor(SOON));
    }
  }

  @Test
  void peerIsKnown() throws Exception {
    try (Fd listener = UnixSocket.listen(directory, "socket", 1);
        UnixSocket client = UnixSocket.connect(directory, "socket", SOON);
        UnixSocket server = UnixSocket.accept(listener, SOON)) {
      int self = (int) ProcessHandle.current().pid();
      assertThat(server.peerPid()).isEqualTo(self);
      assertThat(client.peerPid()).isEqualTo(self);
      assertThat(server.peerUid()).isEqualTo(Files.getAttribute(directory, "unix:uid"));
    }
  }

  @Test
  void failuresLeaveNothingOpen() throws Exception {
    try (DescriptorLeaks _ = DescriptorLeaks.watch()) {
      for (int i = 0; i < 20; i++) {
        assertErrno(() -> UnixSocket.connect(directory, "none", SOON), Errno.ENOENT);
        assertErrno(() -> UnixSocket.listen(directory, "n".repeat(100), 1), Errno.ENAMETOOLONG);
      }
    }
  }

  private static void write(UnixSocket socket, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    socket.write(bytes, 0, bytes.length, SOON);
  }

  private static String read(UnixSocket socket) throws IOException {
    byte[] bytes = new byte[100];
    int count = socket.read(bytes, 0, bytes.length, SOON);
    return new String(bytes, 0, count, StandardCharsets.UTF_8);
  }

  private static void assertTimeout(ThrowingCallable call) {
    assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(call);
  }

  private static void assertErrno(ThrowingCallable call, int errno) {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
