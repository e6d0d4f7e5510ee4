package dev.urunj.runtime.state;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.JsonFields;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `urunj.json`, the record of one container. Replaced by rename, so that a reader without a lock
/// sees the old or the new record and a killed writer leaves the old one.
///
/// The file carries a schema version. A newer one is refused, never guessed at.
final class RecordFile {
  static final String NAME = "urunj.json";
  static final int SCHEMA = 1;

  private static final String NEXT = NAME + ".next";
  private static final int LIMIT = 4 << 20;

  private RecordFile() {}

  static void write(Path directory, ContainerRecord record) throws IOException {
    Path next = directory.resolve(NEXT);
    Files.write(next, toJson(record).toString().getBytes(StandardCharsets.UTF_8));
    Files.move(next, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Reads the record of a directory.
  ///
  /// @return null when the directory holds no record: not a container of ours
  static @Nullable ContainerRecord read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return null;
    }
    JsonObject json;
    try {
      json = Json.read(file, LIMIT);
    } catch (NoSuchFileException | FileNotFoundException _) {
      return null; // deleted by another command meanwhile
    }
    int schema = (int) number(file, json, "schema");
    if (schema != SCHEMA) {
      throw new BadInputException(
          file.toString(),
          "schema",
          "is " + schema + ", written by another version of urunj",
          Integer.toString(SCHEMA));
    }
    try {
      return fromJson(file, json);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          file.toString(),
          "record",
          "is damaged: " + e.getMessage(),
          "a record as urunj writes it");
    }
  }

  private static JsonObject toJson(ContainerRecord record) {
    JsonObject json = new JsonObject();
    json.addProperty("schema", SCHEMA);
    json.addProperty("id", record.id());
    json.addProperty("status", record.status().word());
    json.addProperty("bundle", record.bundle().toString());
    json.addProperty("created", record.created());
    ProcessIdentity process = record.process();
    if (process != null) {
      JsonObject object = new JsonObject();
      object.addProperty("pid", process.pid());
      object.addProperty("startTime", process.startTime());
      object.addProperty("bootId", process.bootId());
      json.add("process", object);
    }
    json.add("annotations", record.annotations());
    json.add("image", toJson(record.image()));
    json.add("monitor", toJson(record.monitor()));
    json.add("network", toJson(record.network()));
    return json;
  }

  private static JsonElement toJson(@Nullable ImageRecord image) {
    if (image == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("guest", image.guest());
    json.addProperty("version", image.version());
    json.addProperty("kernel", image.kernel().toString());
    Path initrd = image.initrd();
    json.addProperty("initrd", initrd == null ? null : initrd.toString());
    json.add("arguments", array(image.arguments()));
    return json;
  }

  private static JsonElement toJson(@Nullable MonitorRecord monitor) {
    if (monitor == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("kind", monitor.kind());
    json.addProperty("binary", monitor.binary());
    json.add("dataDirectories", array(monitor.dataDirectories()));
    json.addProperty("accelerator", monitor.accelerator());
    json.addProperty("memoryMib", monitor.memoryMib());
    json.addProperty("overheadMib", monitor.overheadMib());
    json.addProperty("vcpus", monitor.vcpus());
    json.addProperty("lowLevel", monitor.lowLevel().toString());
    json.addProperty("systemdCgroup", monitor.systemdCgroup());
    return json;
  }

  private static JsonElement toJson(@Nullable NetworkRecord network) {
    if (network == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("givenPath", network.givenPath());
    json.addProperty("device", network.namespace().device());
    json.addProperty("inode", network.namespace().inode());
    json.addProperty("cookie", network.namespace().cookie());
    json.addProperty("bootId", network.bootId());
    json.addProperty("tap", network.tap());
    json.addProperty("podInterface", network.podInterface());
    json.addProperty("note", network.note());
    return json;
  }

  private static JsonArray array(List<String> values) {
    JsonArray array = new JsonArray();
    for (String value : values) {
      array.add(value);
    }
    return array;
  }

  private static ContainerRecord fromJson(Path file, JsonObject json) throws IOException {
    JsonObject process = object(file, json, "process");
    JsonObject image = object(file, json, "image");
    JsonObject monitor = object(file, json, "monitor");
    JsonObject network = object(file, json, "network");
    JsonObject annotations = object(file, json, "annotations");
    return new ContainerRecord(
        text(file, json, "id"),
        Status.of(text(file, json, "status")),
        Path.of(text(file, json, "bundle")),
        text(file, json, "created"),
        process == null ? null : processOf(file, process),
        annotations == null ? new JsonObject() : annotations,
        image == null ? null : imageOf(file, image),
        monitor == null ? null : monitorOf(file, monitor),
        network == null ? null : networkOf(file, network));
  }

  private static ProcessIdentity processOf(Path file, JsonObject json) throws IOException {
    return new ProcessIdentity(
        (int) number(file, json, "pid"),
        number(file, json, "startTime"),
        text(file, json, "bootId"));
  }

  private static ImageRecord imageOf(Path file, JsonObject json) throws IOException {
    String initrd = optional(file, json, "initrd");
    return new ImageRecord(
        text(file, json, "guest"),
        text(file, json, "version"),
        Path.of(text(file, json, "kernel")),
        initrd == null ? null : Path.of(initrd),
        new JsonFields(json, file.toString()).strings("arguments"));
  }

  private static MonitorRecord monitorOf(Path file, JsonObject json) throws IOException {
    return new MonitorRecord(
        text(file, json, "kind"),
        text(file, json, "binary"),
        new JsonFields(json, file.toString()).strings("dataDirectories"),
        text(file, json, "accelerator"),
        (int) number(file, json, "memoryMib"),
        (int) number(file, json, "overheadMib"),
        (int) number(file, json, "vcpus"),
        Path.of(text(file, json, "lowLevel")),
        primitive(file, json, "systemdCgroup").getAsBoolean());
  }

  private static NetworkRecord networkOf(Path file, JsonObject json) throws IOException {
    return new NetworkRecord(
        optional(file, json, "givenPath"),
        new NetworkNamespaceIdentity(
            number(file, json, "device"),
            number(file, json, "inode"),
            number(file, json, "cookie")),
        text(file, json, "bootId"),
        optional(file, json, "tap"),
        optional(file, json, "podInterface"),
        optional(file, json, "note"));
  }

  private static @Nullable JsonObject object(Path file, JsonObject json, String key)
      throws IOException {
    JsonElement value = json.get(key);
    if (value == null || value.isJsonNull()) {
      return null;
    }
    if (!value.isJsonObject()) {
      throw wrongType(file, key, "an object");
    }
    return value.getAsJsonObject();
  }

  private static String text(Path file, JsonObject json, String key) throws IOException {
    String value = optional(file, json, key);
    if (value == null) {
      throw wrongType(file, key, "a string");
    }
    return value;
  }

  private static @Nullable String optional(Path file, JsonObject json, String key)
      throws IOException {
    JsonElement value = json.get(key);
    if (value == null || value.isJsonNull()) {
      return null;
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw wrongType(file, key, "a string");
    }
    return value.getAsString();
  }

  private static long number(Path file, JsonObject json, String key) throws IOException {
    try {
      return Long.parseLong(primitive(file, json, key).getAsString());
    } catch (NumberFormatException _) {
      throw wrongType(file, key, "a whole number");
    }
  }

  private static JsonElement primitive(Path file, JsonObject json, String key) throws IOException {
    JsonElement value = json.get(key);
    if (value == null || !value.isJsonPrimitive()) {
      throw wrongType(file, key, "a value");
    }
    return value;
  }

  private static BadInputException wrongType(Path file, String key, String expected) {
    return new BadInputException(file.toString(), key, "is missing or of another type", expected);
  }
}
