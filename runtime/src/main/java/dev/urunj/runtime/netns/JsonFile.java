package dev.urunj.runtime.netns;

import com.google.gson.JsonObject;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import dev.urunj.runtime.state.SchemaFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A small [SchemaFile] in a directory with others.
final class JsonFile {
  private static final String NEXT = "~"; // in no name of a record
  private static final int SCHEMA = 1;
  private static final int LIMIT = 1 << 20;

  private JsonFile() {}

  /// An object that names the schema, for members to be added.
  static JsonObject begin() {
    return SchemaFile.begin(SCHEMA);
  }

  static void add(JsonObject json, RecordedIdentity recorded) {
    json.addProperty("device", recorded.namespace().device());
    json.addProperty("inode", recorded.namespace().inode());
    json.addProperty("cookie", recorded.namespace().cookie());
    json.addProperty("bootId", recorded.bootId());
  }

  static RecordedIdentity recorded(JsonFields fields) throws BadInputException {
    return new RecordedIdentity(
        new NetworkNamespaceIdentity(
            fields.number("device"), fields.number("inode"), fields.number("cookie")),
        fields.string("bootId"));
  }

  static void write(Path file, JsonObject json) throws IOException {
    SchemaFile.write(file, next(file), json);
  }

  /// Reads a file of this schema.
  ///
  /// @return null when there is none
  /// @throws BadInputException when it is not one that this version has written
  static @Nullable JsonFields read(Path file) throws IOException {
    JsonObject json = SchemaFile.read(file, SCHEMA, LIMIT);
    return json == null ? null : new JsonFields(json, file.toString());
  }

  /// Removes a file, and the one that a killed writer left beside it; what is gone is no error.
  static void remove(Path file) throws IOException {
    FileIo.unlink(next(file));
    FileIo.unlink(file);
  }

  static boolean isNext(String name) {
    return name.endsWith(NEXT);
  }

  private static Path next(Path file) {
    return file.resolveSibling(file.getFileName() + NEXT);
  }
}
