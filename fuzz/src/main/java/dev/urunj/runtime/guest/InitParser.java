package dev.urunj.runtime.guest;

import dev.urunj.fuzz.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The parser of the guest's init in a process of this machine, src/main/c/guest-conf.c. It goes
/// with this one.
final class InitParser {
  private static final String SOURCE = "src/main/c/guest-conf.c";
  private static final int LENGTH_BYTES = 4;

  private final InputStream answers;
  private final OutputStream lists;

  private InitParser(Process process) {
    this.answers = process.getInputStream();
    this.lists = process.getOutputStream();
  }

  /// Compiles it, as the build compiles the init, and starts it.
  static InitParser start() {
    try {
      Path program = Scratch.directory().resolve("guest-conf");
      Process compiler =
          new ProcessBuilder(
                  "gcc",
                  "-nostdlib",
                  "-static",
                  "-O1",
                  "-ffreestanding",
                  "-fno-stack-protector",
                  "-fno-tree-loop-distribute-patterns",
                  "-fno-pie",
                  "-no-pie",
                  "-Wl,-z,noexecstack",
                  SOURCE,
                  "-o",
                  program.toString())
              .inheritIO()
              .start();
      if (compiler.waitFor() != 0) {
        throw new IllegalStateException("cannot compile " + SOURCE);
      }
      return new InitParser(
          new ProcessBuilder(program.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// What it makes of a list of records; the first piece is "1" unless it refuses it.
  ///
  /// @throws AssertionError when that ended it
  List<byte[]> answer(byte[] list) {
    try {
      lists.write(length(list.length));
      lists.write(list);
      lists.flush();
      byte[] whole = read(ByteBuffer.wrap(read(LENGTH_BYTES)).order(order()).getInt());
      ByteBuffer rest = ByteBuffer.wrap(whole).order(order());
      List<byte[]> pieces = new ArrayList<>();
      while (rest.hasRemaining()) {
        byte[] piece = new byte[rest.getInt()];
        rest.get(piece);
        pieces.add(piece);
      }
      return pieces;
    } catch (IOException e) {
      throw new AssertionError("the init's parser came to its end", e);
    }
  }

  private byte[] read(int length) throws IOException {
    byte[] bytes = answers.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("no answer");
    }
    return bytes;
  }

  private static byte[] length(int length) {
    return ByteBuffer.allocate(LENGTH_BYTES).order(order()).putInt(length).array();
  }

  private static ByteOrder order() {
    return ByteOrder.nativeOrder();
  }
}
