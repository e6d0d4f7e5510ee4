package dev.urunj.runtime.state;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The acts of one container, oldest first, one JSON object a line, each written before its act.
///
/// A line is one write(2) to a file opened for appending: a killed writer leaves it whole or not at
/// all. It need not survive a power failure, because nothing that it speaks of does either. The
/// caller holds the container's lock.
public final class Journal {
  static final String NAME = "journal";

  private static final long LIMIT = 1L << 20;

  private final Path file;

  Journal(Path directory) {
    this.file = directory.resolve(NAME);
  }

  /// Writes an act down. Call it before the act.
  public void append(Act act) throws IOException {
    try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
      out.write((act.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /// All acts, oldest first. A last line that is cut off belongs to an act that never began.
  ///
  /// @throws IOException when a whole line is no act: then nothing is known for certain, and
  ///   whatever it stood for is left alone
  public List<Act> read() throws IOException {
    List<Act> acts = new ArrayList<>();
    if (!Files.exists(file)) {
      return acts;
    }
    if (Files.size(file) > LIMIT) {
      throw new IOException(file + ": is larger than " + LIMIT + " bytes; no journal of urunj is");
    }
    String text = Files.readString(file);
    int line = 0;
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      line++;
      acts.add(parse(text.substring(start, end), line));
      start = end + 1;
    }
    return acts;
  }

  private Act parse(String text, int line) throws IOException {
    try {
      JsonElement json = JsonParser.parseString(text);
      return Act.fromJson(json.getAsJsonObject());
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException e) {
      throw new IOException(file + ": line " + line + ": is not an act of urunj", e);
    }
  }
}
