package dev.urunj.runtime.guest;

import java.io.IOException;

/// Receives archives, one behind the other. The last bytes can be taken back.
public interface ArchiveOutput {
  /// Appends bytes of an array.
  void write(byte[] bytes, int offset, int length) throws IOException;

  /// How many bytes there are.
  long position();

  /// Forgets what is behind a position.
  void rewind(long position) throws IOException;

  /// Writes over bytes that are there.
  void patch(long position, byte[] bytes) throws IOException;
}
