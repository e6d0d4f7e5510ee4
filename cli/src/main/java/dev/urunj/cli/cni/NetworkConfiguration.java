package dev.urunj.cli.cni;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.urunj.runtime.netns.Attachment;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.JsonFields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a caller writes to the plugin's standard input; CNI specification, section 1 and 3. Besides
/// the specification's own keys there is `root`, the directory of urunj's state.
final class NetworkConfiguration {
  private static final String WHERE = "network configuration";
  private static final String DEFAULT_ROOT = "/run/urunj";
  private static final String VALID_ATTACHMENTS = "cni.dev/valid-attachments";

  private final JsonObject json;
  private final JsonFields fields;

  private NetworkConfiguration(JsonObject json) {
    this.json = json;
    this.fields = new JsonFields(json, WHERE);
  }

  /// @throws CniException with code 6 when it is not one JSON object
  static NetworkConfiguration parse(String text) throws CniException {
    try {
      return new NetworkConfiguration(Json.parse(text, WHERE));
    } catch (BadInputException e) {
      throw new CniException(CniException.UNDECODABLE, String.valueOf(e.getMessage()), "");
    }
  }

  /// The version as it is written; 0.1.0 where it is not, as the specification has it.
  String versionText() throws CniException {
    try {
      return fields.optionalString("cniVersion").orElse("0.1.0");
    } catch (BadInputException e) {
      throw bad(e);
    }
  }

  /// @throws CniException when there is none
  String name() throws CniException {
    try {
      String name = fields.optionalString("name").orElse("");
      if (name.isEmpty()) {
        throw fields.bad("name", "is missing", "the name of the network");
      }
      return name;
    } catch (BadInputException e) {
      throw bad(e);
    }
  }

  Path root() throws CniException {
    try {
      String root = fields.optionalString("root").orElse(DEFAULT_ROOT);
      Path path = Path.of(root).normalize();
      if (!root.startsWith("/") || path.getNameCount() == 0) {
        throw fields.bad("root", "is " + BadInputException.quote(root), "an absolute path");
      }
      return path;
    } catch (BadInputException e) {
      throw bad(e);
    }
  }

  /// The result of the plugin before this one.
  ///
  /// @return null when there was none
  @Nullable JsonObject previousResult() throws CniException {
    JsonElement result = json.get("prevResult");
    if (result == null || result.isJsonNull()) {
      return null;
    }
    if (result instanceof JsonObject object) {
      return object;
    }
    throw bad(fields.bad("prevResult", "is not an object", "the result of the plugin before"));
  }

  /// The attachments that the caller still wants.
  ///
  /// @throws CniException when the key is missing: the caller would want nothing then, without
  ///   saying so
  List<Attachment> validAttachments() throws CniException {
    try {
      if (!fields.has(VALID_ATTACHMENTS)) {
        throw fields.bad(VALID_ATTACHMENTS, "is missing", "an array of attachments");
      }
      List<Attachment> valid = new ArrayList<>();
      for (JsonFields one : fields.objects(VALID_ATTACHMENTS)) {
        valid.add(new Attachment(name(), one.string("containerID"), one.string("ifname")));
      }
      return valid;
    } catch (BadInputException e) {
      throw bad(e);
    }
  }

  private static CniException bad(BadInputException e) {
    return new CniException(CniException.INVALID_CONFIGURATION, String.valueOf(e.getMessage()), "");
  }
}
