package dev.urunj.runtime.guest;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/// An open file as the place for a guest's initrd, with a buffer of 64 KiB. The descriptor stays
/// the caller's. For one thread, but for [#abandon].
public final class InitrdFile implements ArchiveOutput {
  private static final int BUFFER = 65_536;

  private final Fd file;
  private final byte[] buffer = new byte[BUFFER];
  private final AtomicBoolean abandoned = new AtomicBoolean();
  private long flushed;
  private int buffered;

  /// Begins at the file's first byte, whatever is in it.
  public InitrdFile(Fd file) {
    this.file = file;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      if (buffered == BUFFER) {
        flush();
      }
      int part = Math.min(length - done, BUFFER - buffered);
      System.arraycopy(bytes, offset + done, buffer, buffered, part);
      buffered += part;
      done += part;
    }
  }

  @Override
  public long position() {
    return flushed + buffered;
  }

  @Override
  public void rewind(long position) throws IOException {
    flush();
    flushed = position;
  }

  @Override
  public void patch(long position, byte[] bytes) throws IOException {
    flush();
    FileIo.writeAt(file, position, bytes, bytes.length);
  }

  /// Brings everything into the file, and the file to this length.
  public void finish() throws IOException {
    flush();
    FileIo.truncate(file, flushed);
  }

  /// From now on every write fails: the caller no longer waits for the thread that writes.
  public void abandon() {
    abandoned.set(true);
  }

  private void flush() throws IOException {
    if (abandoned.get()) {
      throw new IOException("the initrd is no longer wanted");
    }
    if (buffered > 0) {
      FileIo.writeAt(file, flushed, buffer, buffered);
      flushed += buffered;
      buffered = 0;
    }
  }
}
