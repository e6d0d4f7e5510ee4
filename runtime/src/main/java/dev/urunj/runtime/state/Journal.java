package dev.urunj.runtime.state;

import dev.urunj.runtime.network.NetworkActs;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.BoundedFile;
import dev.urunj.runtime.oci.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The acts of one container, oldest first, one JSON object a line, each written before its act.
///
/// A line is one write(2) at the end of the file, so a killed writer leaves it whole or not at all.
/// A full file system may cut it off. It need not survive a power failure, because nothing that it
/// lists does either. The caller holds the container's lock.
public final class Journal {
  static final String NAME = "journal";

  private static final int LIMIT = 1 << 20;

  private final Path file;

  Journal(Path directory) {
    this.file = directory.resolve(NAME);
  }

  /// Writes an act down. Call it before the act. Removes an incomplete last line first, so that
  /// this one is not read as its rest.
  public void append(Act act) throws IOException {
    try (RandomAccessFile journal = new RandomAccessFile(file.toFile(), "rw")) {
      long length = journal.length();
      if (length > 0) {
        journal.seek(length - 1);
        if (journal.read() != '\n') {
          length = wholeLines();
          journal.setLength(length);
        }
      }
      journal.seek(length);
      journal.write((Json.compact(act.toJson()) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /// All acts, oldest first. An incomplete last line belongs to an act that never began.
  ///
  /// @param network knows the acts of the network
  /// @throws DamagedException when a whole line is not an act, because then nothing is known for
  ///   certain, and the caller must leave alone what it stood for
  public List<Act> read(NetworkActs network) throws IOException {
    try {
      return whole(network);
    } catch (BadInputException e) {
      throw new DamagedException(e);
    }
  }

  private List<Act> whole(NetworkActs network) throws IOException {
    List<Act> acts = new ArrayList<>();
    String text = text();
    int line = 0;
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      line++;
      String where = file + ": line " + line;
      acts.add(Act.fromJson(Json.parse(text.substring(start, end), where), where, network));
      start = end + 1;
    }
    return acts;
  }

  /// Those acts that can be read, oldest first, of a journal that may be damaged. Lines that are no
  /// act, and a file that is no journal at all, are passed over.
  ///
  /// @param network knows the acts of the network
  public List<Act> readable(NetworkActs network) {
    List<Act> acts = new ArrayList<>();
    try {
      for (String line : text().split("\n")) {
        try {
          acts.add(Act.fromJson(Json.parse(line, ""), "", network));
        } catch (BadInputException _) {
          // the strict reading has reported the damage
        }
      }
    } catch (IOException _) {
      // likewise
    }
    return acts;
  }

  private String text() throws IOException {
    try {
      return BoundedFile.lines(file, LIMIT);
    } catch (NoSuchFileException _) {
      return ""; // nothing was done yet
    }
  }

  private int wholeLines() throws IOException {
    return text().getBytes(StandardCharsets.UTF_8).length;
  }
}
