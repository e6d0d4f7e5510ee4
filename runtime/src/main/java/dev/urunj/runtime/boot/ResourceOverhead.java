package dev.urunj.runtime.boot;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;

/// Adds what the monitor itself needs to the memory limits of a `resources` object, in place. A
/// limit that is absent, null or not positive means "none" and stays so.
public final class ResourceOverhead {
  private static final String[] LIMITS = {"limit", "swap"};

  private ResourceOverhead() {}

  /// Adds to `memory.limit` and `memory.swap`. A sum beyond the largest limit becomes that limit,
  /// so a number that means "unlimited" keeps its meaning.
  ///
  /// @throws BadInputException when a limit is no whole number
  public static void add(JsonObject resources, long bytes) throws BadInputException {
    if (!(resources.get("memory") instanceof JsonObject memory)) {
      return;
    }
    JsonFields fields = new JsonFields(memory, "linux.resources.memory");
    for (String key : LIMITS) {
      long limit = fields.optionalNumber(key).orElse(0);
      if (limit > 0) {
        memory.addProperty(key, limit > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : limit + bytes);
      }
    }
  }
}
