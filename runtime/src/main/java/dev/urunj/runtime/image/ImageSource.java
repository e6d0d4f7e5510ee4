package dev.urunj.runtime.image;

import dev.urunj.runtime.image.RootfsFiles.Lookup;
import dev.urunj.runtime.image.RootfsFiles.ResolvedFile;
import dev.urunj.runtime.image.RootfsFiles.Unusable;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where an image's description comes from: the specification's annotations or `/urunc.json`, as
/// [UnikernelImage#read] says. On this path of every command `instanceof` tells the answers of a
/// look-up apart, because a pattern `switch` costs a cold VM 6 ms.
final class ImageSource {
  /// The file in the root of an image that carries the annotations where the caller does not.
  static final String URUNC_JSON = "/urunc.json";

  static final int URUNC_JSON_LIMIT = 1 << 20;

  private static final String[] MANDATORY = {
    ImageKeys.TYPE, ImageKeys.HYPERVISOR, ImageKeys.BINARY
  };

  private ImageSource() {}

  /// The values of the description that counts, or null for an ordinary container.
  ///
  /// @param where the specification's file, for messages
  static @Nullable ImageKeys find(String where, Map<String, String> annotations, RootfsFiles rootfs)
      throws IOException {
    if (isSandbox(annotations)) {
      return null;
    }
    String missing = firstMissing(annotations);
    if (missing == null) {
      return ImageKeys.of(where, annotations);
    }
    Lookup found = rootfs.regularFile(URUNC_JSON);
    if (found instanceof ResolvedFile file) {
      return keys(file);
    }
    if (found instanceof Unusable unusable) {
      throw new BadInputException(
          where, "rootfs" + URUNC_JSON, unusable.problem(), "a regular file");
    }
    if (hasAny(annotations)) {
      throw new BadInputException(
          where,
          missing,
          "is missing, while others of its kind are there",
          "unikernelType, hypervisor and binary, or none of them, or " + URUNC_JSON);
    }
    return null;
  }

  private static ImageKeys keys(ResolvedFile file) throws IOException {
    String where = file.host().toString();
    JsonFields fields = new JsonFields(Json.read(file.host(), URUNC_JSON_LIMIT), where);
    Map<String, String> values = new LinkedHashMap<>();
    for (String key : ImageKeys.ALL) {
      values.put(key, fields.optionalString(key).orElse(""));
    }
    return ImageKeys.of(where, values);
  }

  private static @Nullable String firstMissing(Map<String, String> annotations) {
    for (String key : MANDATORY) {
      if (annotations.getOrDefault(key, "").isEmpty()) {
        return key;
      }
    }
    return null;
  }

  private static boolean hasAny(Map<String, String> annotations) {
    for (String key : MANDATORY) {
      if (!annotations.getOrDefault(key, "").isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSandbox(Map<String, String> annotations) {
    return "sandbox".equals(annotations.get("io.kubernetes.cri.container-type")) // containerd
        || "sandbox".equals(annotations.get("io.kubernetes.cri-o.ContainerType"));
  }
}
