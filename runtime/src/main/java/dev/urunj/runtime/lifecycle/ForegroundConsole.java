package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.terminal.Terminal;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.Streams;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/// The caller's terminal joined to that of a container in the foreground, as `runc run` does it:
/// the container has a terminal of its own, and what is typed and printed goes from one to the
/// other.
///
/// The caller's is raw meanwhile, so that keys such as Ctrl-C are the guest's, and as before
/// afterwards.
public final class ForegroundConsole implements AutoCloseable {
  private static final int CHUNK = 4096;
  private static final long LAST_WORDS_MILLIS = 2000;

  private final Terminal terminal;
  private final Streams streams;
  private @Nullable Fd container;
  private @Nullable Thread output;

  private ForegroundConsole(Terminal terminal, Streams streams) {
    this.terminal = terminal;
    this.streams = streams;
  }

  /// Finds the caller's terminal among its standard streams.
  ///
  /// @throws BadInputException when none of them is one
  static ForegroundConsole open(Caller caller) throws IOException {
    Terminal found = Terminal.among(caller.inheritance());
    if (found == null) {
      throw new BadInputException(
          "run",
          "process.terminal",
          "is true, and no standard stream is a terminal",
          "a terminal, or process.terminal to be false");
    }
    return new ForegroundConsole(found, caller.streams());
  }

  /// Joins the two.
  ///
  /// @param other the container's; owned from here on
  void take(Fd other) throws IOException {
    container = other;
    terminal.copySizeTo(other);
    Terminal.keepLineEnds(other);
    terminal.makeRaw();
    Thread out = new Thread(() -> print(other), "urunj-output");
    out.setDaemon(true);
    out.start();
    output = out;
    Thread in = new Thread(() -> type(other), "urunj-input");
    in.setDaemon(true);
    in.start();
  }

  /// Until the last process of the container has closed its side, which is EIO here.
  private void print(Fd from) {
    byte[] chunk = new byte[CHUNK];
    PrintStream to = streams.out();
    try {
      int count = 0;
      while (count >= 0 && !to.checkError()) {
        to.write(chunk, 0, count);
        to.flush();
        count = FileIo.read(from, chunk, 0, CHUNK);
      }
    } catch (IOException _) {
      // the container has ended, or the caller no longer reads
    }
  }

  private void type(Fd to) {
    byte[] chunk = new byte[CHUNK];
    InputStream from = streams.in();
    try {
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        FileIo.writeFully(to, java.util.Arrays.copyOf(chunk, count));
      }
    } catch (IOException | IllegalStateException _) {
      // likewise
    }
  }

  /// Prints what the container has said last and gives the terminal back as it was. What is still
  /// read from the caller goes with this process.
  @Override
  public void close() throws IOException {
    try {
      Thread out = output;
      if (out != null) {
        out.join(LAST_WORDS_MILLIS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      terminal.restore();
      Fd open = container;
      if (open != null) {
        open.close();
      }
    }
  }
}
