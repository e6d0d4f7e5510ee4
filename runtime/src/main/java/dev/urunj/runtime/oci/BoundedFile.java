package dev.urunj.runtime.oci;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/// Reads small text files that somebody else wrote.
public final class BoundedFile {
  private BoundedFile() {}

  /// The whole file as text. Its kind and size are checked before it is opened, so a FIFO does not
  /// block and a sparse file of a gigabyte is not read; while reading, no more than one byte over
  /// the limit is taken, so a file that grows meanwhile is refused as well. A symbolic link is
  /// followed.
  ///
  /// @param maxBytes the largest size accepted, below 1 GiB
  /// @throws NoSuchFileException when there is no such file
  /// @throws BadInputException when it is not a regular file, too large, not readable or not UTF-8
  public static String text(Path file, int maxBytes) throws IOException {
    return decode(file, bytes(file, maxBytes));
  }

  /// As [#text(Path, int)], without what follows the last line feed. What a write that was cut off
  /// has left there may end inside a character, and is not looked at.
  public static String lines(Path file, int maxBytes) throws IOException {
    byte[] bytes = bytes(file, maxBytes);
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] != '\n') {
      length--;
    }
    return decode(file, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
  }

  /// As [#text(Path, int)], whatever its bytes are.
  public static byte[] bytes(Path file, int maxBytes) throws IOException {
    BasicFileAttributes attributes = attributes(file);
    if (!attributes.isRegularFile()) {
      throw new BadInputException(file.toString(), "", problem(attributes), "a regular file");
    }
    if (attributes.size() > maxBytes) {
      throw tooLarge(file, attributes.size() + " bytes", maxBytes);
    }
    return read(file, maxBytes);
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      throw unreadable(file, String.valueOf(e.getReason()), e);
    }
  }

  private static byte[] read(Path file, int maxBytes) throws BadInputException {
    byte[] bytes;
    try (FileInputStream in = new FileInputStream(file.toString())) {
      bytes = in.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
    if (bytes.length > maxBytes) {
      throw tooLarge(file, "over " + maxBytes + " bytes", maxBytes);
    }
    return bytes;
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

  private static String problem(BasicFileAttributes attributes) {
    return attributes.isDirectory() ? "is a directory" : "is a FIFO, socket or device";
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
