package dev.urunj.runtime.state;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.BoundedFile;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/// A JSON file of ours with a schema version, in its member `schema`. A newer version is an error,
/// because we do not guess. Replaced by rename, so a reader without a lock sees the old or the new
/// one, and a killed writer leaves the old one.
public final class SchemaFile {
  private static final String KEY = "schema";

  private SchemaFile() {}

  /// An object that names the schema, for members to be added.
  public static JsonObject begin(int schema) {
    JsonObject json = new JsonObject();
    json.addProperty(KEY, schema);
    return json;
  }

  /// Writes a file.
  ///
  /// @param next in the same directory: what a killed writer leaves, for the next one to overwrite
  public static void write(Path file, Path next, JsonObject json) throws IOException {
    try {
      Files.write(next, Json.compact(json).getBytes(StandardCharsets.UTF_8));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException(next + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /// Reads a file of this schema.
  ///
  /// @param maxBytes the largest size accepted
  /// @return null when there is none
  /// @throws BadInputException when it is not one that this version has written
  public static @Nullable JsonObject read(Path file, int schema, int maxBytes) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    if (Files.isSymbolicLink(file)) {
      throw new BadInputException(
          file.toString(), "", "is a symbolic link", "the file that urunj wrote");
    }
    String text;
    try {
      text = BoundedFile.text(file, maxBytes);
    } catch (NoSuchFileException _) {
      return null; // removed by another command meanwhile
    }
    JsonObject json = Json.parse(text, file.toString());
    JsonFields fields = new JsonFields(json, file.toString());
    long found = fields.number(KEY);
    if (found != schema) {
      throw fields.bad(
          KEY, "is " + found + ", written by another version of urunj", Integer.toString(schema));
    }
    return json;
  }
}
