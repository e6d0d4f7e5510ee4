package dev.urunj.runtime.lifecycle;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/// Adds what the monitor itself needs to the memory limits of a `resources` object, in place. A
/// limit that is absent, null or not positive means "none" and stays so.
public final class ResourceOverhead {
  private static final String[] LIMITS = {"limit", "swap"};

  private ResourceOverhead() {}

  public static void add(JsonObject resources, long bytes) {
    JsonElement memory = resources.get("memory");
    if (memory == null || !memory.isJsonObject()) {
      return;
    }
    for (String key : LIMITS) {
      JsonElement limit = memory.getAsJsonObject().get(key);
      if (limit != null && limit.isJsonPrimitive() && limit.getAsLong() > 0) {
        memory.getAsJsonObject().addProperty(key, Math.addExact(limit.getAsLong(), bytes));
      }
    }
  }
}
