package dev.urunj.cli.cni;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.BadInputException;
import org.jspecify.annotations.Nullable;

/// The versions of the CNI specification that the plugin speaks, oldest first.
enum CniVersion {
  V0_3_1("0.3.1"),
  V0_4_0("0.4.0"),
  V1_0_0("1.0.0"),
  V1_1_0("1.1.0");

  private final String text;

  CniVersion(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  static CniVersion newest() {
    return V1_1_0;
  }

  /// @throws CniException with code 1 when it is another one
  static CniVersion of(String text) throws CniException {
    CniVersion version = find(text);
    if (version == null) {
      throw new CniException(
          CniException.INCOMPATIBLE_VERSION,
          "incompatible CNI versions",
          "config is " + BadInputException.quote(text) + ", plugin supports " + supported());
    }
    return version;
  }

  /// Whether an address in a result says its family: up to 0.4.0.
  boolean namesFamilies() {
    return this == V0_3_1 || this == V0_4_0;
  }

  boolean hasCheck() {
    return this != V0_3_1;
  }

  boolean hasStatusAndCollection() {
    return this == V1_1_0;
  }

  /// The answer to `VERSION`.
  ///
  /// @param asked the version that the caller named
  static JsonObject answer(String asked) {
    JsonObject json = new JsonObject();
    json.addProperty("cniVersion", asked);
    json.add("supportedVersions", supported());
    return json;
  }

  private static JsonArray supported() {
    JsonArray array = new JsonArray();
    for (CniVersion version : values()) {
      array.add(version.text);
    }
    return array;
  }

  private static @Nullable CniVersion find(String text) {
    for (CniVersion version : values()) {
      if (version.text.equals(text)) {
        return version;
      }
    }
    return null;
  }
}
