package dev.urunj.runtime.lowlevel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The log of a low-level runtime in its JSON form, of which only the last error matters.
final class ErrorLog {
  private static final long LIMIT = 1L << 20;

  private ErrorLog() {}

  /// The `msg` of the last line with level `error`, or an empty string.
  static String lastError(Path file) {
    try {
      if (!Files.exists(file) || Files.size(file) > LIMIT) {
        return "";
      }
      String last = "";
      for (String line : Files.readAllLines(file)) {
        String message = errorIn(line);
        if (!message.isEmpty()) {
          last = message;
        }
      }
      return last;
    } catch (IOException _) {
      return ""; // the exit code says that it failed; the reason only explains it
    }
  }

  private static String errorIn(String line) {
    try {
      JsonElement json = JsonParser.parseString(line);
      if (!json.isJsonObject()) {
        return "";
      }
      JsonObject object = json.getAsJsonObject();
      return isError(object) && object.has("msg") ? object.get("msg").getAsString().strip() : "";
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException _) {
      return "";
    }
  }

  private static boolean isError(JsonObject object) {
    if (!object.has("level")) {
      return true;
    }
    String level = object.get("level").getAsString();
    return level.equals("error") || level.equals("fatal");
  }
}
