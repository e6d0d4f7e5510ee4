package dev.urunj.cli.cni;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.BadInputException;

/// A failure as CNI's callers read it. The codes are those of the CNI specification 1.1, section
/// "Error"; what it has no code for has 999, as in the reference plugins.
final class CniException extends Exception {
  static final int INCOMPATIBLE_VERSION = 1;
  static final int INVALID_ENVIRONMENT = 4;
  static final int IO_FAILURE = 5;
  static final int UNDECODABLE = 6;
  static final int INVALID_CONFIGURATION = 7;
  static final int CHECK_FAILED = 100; // from 100 on they are the plugin's own
  static final int INTERNAL = 999;

  private static final long serialVersionUID = 1;

  private final int code;
  private final String details;

  /// @param details what the message leaves open, empty when nothing
  CniException(int code, String message, String details) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /// @param version the configuration's `cniVersion`
  JsonObject toJson(String version) {
    JsonObject json = new JsonObject();
    json.addProperty("cniVersion", version);
    json.addProperty("code", code);
    json.addProperty("msg", BadInputException.oneLine(String.valueOf(getMessage())));
    if (!details.isEmpty()) {
      json.addProperty("details", BadInputException.oneLine(details));
    }
    return json;
  }
}
