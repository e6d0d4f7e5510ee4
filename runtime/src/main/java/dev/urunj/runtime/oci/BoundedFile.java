package dev.urunj.runtime.oci;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileReader;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.FoundFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads small text files that other programs wrote.
public final class BoundedFile {
  private BoundedFile() {}

  /// The whole file as text. It is found first and only then opened ([FoundFile]), so a FIFO does
  /// not block, whenever it took the name, and a sparse file of a gigabyte is not read; while
  /// reading, no more than one byte over the limit is taken, so a file that grows meanwhile is
  /// refused as well. A symbolic link is followed.
  ///
  /// @param maxBytes the largest size accepted, below 1 GiB
  /// @throws NoSuchFileException when there is no such file
  /// @throws BadInputException when it is not a regular file, too large, not readable or not UTF-8
  public static String text(Path file, int maxBytes) throws IOException {
    return decode(file, bytes(file, maxBytes));
  }

  /// As [#bytes(Path, int)], of a file that need not be one.
  ///
  /// @return null when there is no such file, or it is no regular one
  public static byte @Nullable [] bytesIfRegular(Path file, int maxBytes) throws IOException {
    try (FoundFile found = FoundFile.of(file)) {
      return found.status().isRegular() ? read(file, found, maxBytes) : null;
    } catch (ErrnoException e) {
      if (isMissing(e)) {
        return null;
      }
      throw unreadable(file, Errno.description(e.errno()), e);
    }
  }

  /// As [#text(Path, int)], without what follows the last line feed. An interrupted write may end
  /// there inside a character, so that part is not read.
  public static String lines(Path file, int maxBytes) throws IOException {
    byte[] bytes = bytes(file, maxBytes);
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] != '\n') {
      length--;
    }
    return decode(file, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
  }

  /// As [#text(Path, int)], whatever its bytes are.
  static byte[] bytes(Path file, int maxBytes) throws IOException {
    try (FoundFile found = FoundFile.of(file)) {
      FileStatus status = found.status();
      if (!status.isRegular()) {
        throw new BadInputException(file.toString(), "", problem(status), "a regular file");
      }
      return read(file, found, maxBytes);
    } catch (ErrnoException e) {
      if (isMissing(e)) {
        throw new NoSuchFileException(file.toString());
      }
      throw unreadable(file, Errno.description(e.errno()), e);
    }
  }

  private static boolean isMissing(ErrnoException e) {
    return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR;
  }

  private static byte[] read(Path file, FoundFile found, int maxBytes) throws IOException {
    long size = found.status().size();
    if (size > maxBytes) {
      throw tooLarge(file, size + " bytes", maxBytes);
    }
    try (Fd open = found.open()) {
      byte[] bytes = new FileReader().readUpTo(open, size, maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw tooLarge(file, "over " + maxBytes + " bytes", maxBytes);
      }
      return bytes;
    }
  }

  private static String decode(Path file, byte[] bytes) throws BadInputException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    try { // the replacement character is in the file itself, or something was replaced: find out
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BadInputException(file.toString(), "", "is not UTF-8 text", "UTF-8", e);
    }
  }

  private static String problem(FileStatus status) {
    return status.isDirectory() ? "is a directory" : "is a FIFO, socket or device";
  }

  private static BadInputException tooLarge(Path file, String size, int maxBytes) {
    return new BadInputException(
        file.toString(), "", "is too large (" + size + ")", "at most " + maxBytes + " bytes");
  }

  private static BadInputException unreadable(Path file, String reason, IOException cause) {
    return new BadInputException(
        file.toString(), "", "cannot be read: " + reason, "a readable file", cause);
  }
}
