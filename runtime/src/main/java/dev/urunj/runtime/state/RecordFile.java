package dev.urunj.runtime.state;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// `urunj.json`, the record of one container.
final class RecordFile {
  static final String NAME = "urunj.json";
  static final int SCHEMA = 1;

  static final String NEXT = NAME + ".next";

  /// The annotations are in it, and may take twice as many bytes as in the specification, because
  /// gson escapes two characters that need not be.
  private static final int LIMIT = 2 * Bundle.CONFIG_LIMIT + (1 << 20);

  private RecordFile() {}

  static void write(Path directory, ContainerRecord record) throws IOException {
    SchemaFile.write(directory.resolve(NAME), directory.resolve(NEXT), toJson(record));
  }

  /// Reads the record of a directory.
  ///
  /// @return null when the directory holds no record: not a container of ours
  /// @throws DamagedException when this version has not written it
  static @Nullable ContainerRecord read(Path directory) throws IOException {
    try {
      return whole(directory);
    } catch (BadInputException e) {
      throw new DamagedException(e);
    }
  }

  private static @Nullable ContainerRecord whole(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    JsonObject json = SchemaFile.read(file, SCHEMA, LIMIT);
    if (json == null) {
      return null;
    }
    JsonFields fields = new JsonFields(json, file.toString());
    ContainerRecord record = recordOf(json, fields);
    if (!record.id().equals(String.valueOf(directory.getFileName()))) {
      throw fields.bad(
          "id",
          "is " + BadInputException.quote(record.id()) + ": the record of another container",
          "the name of its directory");
    }
    return record;
  }

  private static JsonObject toJson(ContainerRecord record) {
    JsonObject json = SchemaFile.begin(SCHEMA);
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
    Path timestamps = record.timestamps();
    json.addProperty("timestamps", timestamps == null ? null : timestamps.toString());
    json.add("notes", Json.strings(record.notes()));
    json.add("image", toJson(record.image()));
    json.add("monitor", toJson(record.monitor()));
    json.add("network", toJson(record.network()));
    ExitRecord exit = record.exit();
    if (exit != null) {
      json.add("exit", toJson(exit));
    }
    return json;
  }

  private static JsonObject toJson(ExitRecord exit) {
    JsonObject json = new JsonObject();
    json.addProperty("status", exit.status());
    json.addProperty("time", exit.time());
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
    json.add("arguments", Json.strings(image.arguments()));
    return json;
  }

  private static JsonElement toJson(@Nullable MonitorRecord monitor) {
    if (monitor == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("kind", monitor.kind());
    json.addProperty("binary", monitor.binary());
    json.addProperty("accelerator", monitor.accelerator());
    json.addProperty("memoryMib", monitor.memoryMib());
    json.addProperty("overheadMib", monitor.overheadMib());
    json.addProperty("vcpus", monitor.vcpus());
    json.addProperty("lowLevel", monitor.lowLevel().toString());
    json.addProperty("systemdCgroup", monitor.systemdCgroup());
    json.addProperty("lowLevelNote", monitor.lowLevelNote());
    json.addProperty("tap", monitor.tap());
    json.addProperty("controlSocket", monitor.hasControlSocket());
    json.add("own", monitor.own());
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
    json.addProperty("leftOut", network.leftOut());
    json.add("wiring", WiringFields.toJson(network.wiring()));
    return json;
  }

  private static ContainerRecord recordOf(JsonObject json, JsonFields fields) throws IOException {
    fields.stringMap("annotations"); // only looked at: the object is kept as it is
    JsonElement annotations = json.get("annotations");
    return new ContainerRecord(
        fields.string("id"),
        status(fields),
        path(fields, "bundle"),
        fields.string("created"),
        fields.has("process") ? processOf(fields.object("process")) : null,
        annotations instanceof JsonObject object ? object : new JsonObject(),
        fields.has("image") ? imageOf(fields.object("image")) : null,
        fields.has("monitor") ? monitorOf(json, fields.object("monitor")) : null,
        fields.has("network") ? networkOf(fields.object("network")) : null,
        optionalPath(fields, "timestamps"),
        fields.strings("notes"),
        fields.has("exit") ? exitOf(fields.object("exit")) : null);
  }

  private static ProcessIdentity processOf(JsonFields fields) throws IOException {
    return new ProcessIdentity(
        positive(fields, "pid"), fields.number("startTime"), fields.string("bootId"));
  }

  /// Earlier versions did not write it.
  private static ExitRecord exitOf(JsonFields fields) throws BadInputException {
    long status = fields.number("status");
    if (status < 0 || status > 255) {
      throw fields.bad("status", "is " + status, "0 to 255");
    }
    return new ExitRecord((int) status, fields.string("time"));
  }

  private static ImageRecord imageOf(JsonFields fields) throws IOException {
    return new ImageRecord(
        fields.string("guest"),
        fields.string("version"),
        path(fields, "kernel"),
        optionalPath(fields, "initrd"),
        fields.strings("arguments"));
  }

  /// An earlier version did not write the last three: its monitors took a descriptor and had a
  /// control socket, and what is a monitor's own lay among the other members.
  private static MonitorRecord monitorOf(JsonObject json, JsonFields fields) throws IOException {
    JsonObject all = json.getAsJsonObject("monitor");
    return new MonitorRecord(
        fields.string("kind"),
        fields.string("binary"),
        fields.has("own") ? own(all, fields) : all,
        fields.string("accelerator"),
        positive(fields, "memoryMib"),
        positive(fields, "overheadMib"),
        positive(fields, "vcpus"),
        path(fields, "lowLevel"),
        fields.flag("systemdCgroup"),
        fields.optionalString("lowLevelNote").orElse(null),
        fields.optionalString("tap").orElse("descriptor"),
        !fields.has("controlSocket") || fields.flag("controlSocket"));
  }

  private static JsonObject own(JsonObject monitor, JsonFields fields) throws BadInputException {
    if (monitor.get("own") instanceof JsonObject own) {
      return own;
    }
    throw fields.bad("own", "is no object", "what the monitor has kept");
  }

  private static NetworkRecord networkOf(JsonFields fields) throws IOException {
    return new NetworkRecord(
        fields.optionalString("givenPath").orElse(null),
        new NetworkNamespaceIdentity(
            fields.number("device"), fields.number("inode"), fields.number("cookie")),
        fields.string("bootId"),
        fields.optionalString("tap").orElse(null),
        fields.optionalString("podInterface").orElse(null),
        fields.optionalString("note").orElse(null),
        WiringFields.of(fields),
        fields.optionalString("leftOut").orElse(null));
  }

  private static Status status(JsonFields fields) throws BadInputException {
    String word = fields.string("status");
    Status status = Status.of(word);
    if (status == null) {
      throw fields.bad(
          "status", "is " + BadInputException.quote(word), "a status of the OCI specification");
    }
    return status;
  }

  private static Path path(JsonFields fields, String key) throws BadInputException {
    String text = fields.string(key);
    if (!text.startsWith("/")) {
      throw fields.bad(key, "is " + BadInputException.quote(text), "an absolute path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException _) {
      throw fields.bad(key, "is " + BadInputException.quote(text), "a path of this system");
    }
  }

  private static @Nullable Path optionalPath(JsonFields fields, String key)
      throws BadInputException {
    return fields.has(key) ? path(fields, key) : null;
  }

  private static int positive(JsonFields fields, String key) throws BadInputException {
    long number = fields.number(key);
    if (number < 1 || number > Integer.MAX_VALUE) {
      throw fields.bad(key, "is " + number, "1 to " + Integer.MAX_VALUE);
    }
    return (int) number;
  }
}
