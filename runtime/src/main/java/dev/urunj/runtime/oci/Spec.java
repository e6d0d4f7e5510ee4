package dev.urunj.runtime.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// An OCI runtime specification (`config.json`). The JSON is kept whole, so that what urunj does
/// not know reaches the low-level runtime unchanged; each accessor reads its part when it is called
/// and fails with a [BadInputException] that names the key. An absent key and `null` are the same.
public final class Spec {
  private static final long LARGEST_ID = 0xFFFF_FFFEL; // (uid_t) -1 means "unchanged", setuid(2)

  /// PAGE_COUNTER_MAX of include/linux/page_counter.h in bytes, with the largest pages that a
  /// kernel has, 64 KiB.
  private static final long UNLIMITED = Long.MAX_VALUE & -(64L << 10);

  private static final int PATH_LIMIT = 4096; // PATH_MAX, uapi/linux/limits.h

  private final JsonObject json;
  private final JsonFields fields;
  private final Path file;

  /// Wraps a specification; nothing in it is checked yet.
  ///
  /// @param file where the specification was read: the name in messages, and its directory is the
  ///   bundle that relative paths start from; absolute
  public Spec(JsonObject json, Path file) {
    this.json = json;
    this.fields = new JsonFields(json, file.toString());
    this.file = file;
  }

  /// The whole specification. It is not a copy, so call `deepCopy()` before you change it.
  public JsonObject json() {
    return json;
  }

  /// The file it was read from, for messages.
  public Path file() {
    return file;
  }

  /// The version of the specification that it follows; empty when it says none.
  public Optional<String> ociVersion() throws IOException {
    return said(fields.optionalString("ociVersion"));
  }

  /// An empty text says nothing.
  private static Optional<String> said(Optional<String> text) {
    return text.isPresent() && text.get().isEmpty() ? Optional.empty() : text;
  }

  /// The annotations, in the order of the file.
  public Map<String, String> annotations() throws IOException {
    return fields.stringMap("annotations");
  }

  /// The absolute path of the root file system: `root.path`, from the bundle when it is relative.
  /// Whether it exists is not checked.
  public Path rootfs() throws IOException {
    JsonFields root = fields.object("root");
    String path = root.string("path");
    if (path.isEmpty()) {
      throw root.bad("path", "is empty", "the path of the root file system");
    }
    if (path.length() > PATH_LIMIT) { // normalize() below takes time that grows with the square
      throw root.bad(
          "path", "has " + path.length() + " characters", "at most " + PATH_LIMIT + " characters");
    }
    try {
      return Objects.requireNonNull(file.getParent()).resolve(path).normalize();
    } catch (InvalidPathException e) {
      throw root.bad("path", BadInputException.quote(path) + " is not a path", "a path");
    }
  }

  /// The process. Ask only if you need one, because the specification may leave it out.
  public ProcessSpec process() throws IOException {
    if (!fields.has("process")) {
      throw fields.bad("process", "is missing", "an object with args, env and cwd");
    }
    JsonFields process = fields.object("process");
    String cwd = process.string("cwd");
    if (!cwd.startsWith("/")) {
      throw process.bad("cwd", "is " + BadInputException.quote(cwd), "an absolute path");
    }
    JsonFields user = process.object("user");
    return new ProcessSpec(
        process.strings("args"),
        process.strings("env"),
        cwd,
        id(user, "uid"),
        id(user, "gid"),
        additionalGids(user),
        process.flag("terminal"));
  }

  /// The mounts, in the order of the file. A relative destination is taken from the root, as runc
  /// does.
  public List<Mount> mounts() throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (JsonFields mount : fields.objects("mounts")) {
      String destination = mount.string("destination");
      if (destination.isEmpty()) {
        throw mount.bad("destination", "is empty", "an absolute path");
      }
      mounts.add(
          new Mount(
              destination.startsWith("/") ? destination : "/" + destination,
              mount.optionalString("type").orElse(""),
              mount.optionalString("source").orElse(""),
              mount.strings("options")));
    }
    return mounts;
  }

  /// The namespaces, in the order of the file. A type that is listed twice is an error, as the OCI
  /// specification demands.
  public List<Namespace> namespaces() throws IOException {
    List<Namespace> namespaces = new ArrayList<>();
    Set<String> types = new HashSet<>();
    for (JsonFields entry : fields.object("linux").objects("namespaces")) {
      String type = entry.string("type");
      if (!types.add(type)) {
        throw entry.bad(
            "type", BadInputException.quote(type) + " is listed twice", "each type once");
      }
      String path = entry.optionalString("path").orElse("");
      namespaces.add(new Namespace(type, path.isEmpty() ? null : path));
    }
    return namespaces;
  }

  /// The host name; empty when none is given.
  public Optional<String> hostname() throws IOException {
    return said(fields.optionalString("hostname"));
  }

  /// `linux.cgroupsPath` as written: a path, or `slice:prefix:name` for systemd.
  public Optional<String> cgroupsPath() throws IOException {
    return said(fields.object("linux").optionalString("cgroupsPath"));
  }

  /// `linux.resources.memory.limit` in bytes; empty when there is no limit (absent, 0, negative, or
  /// what a control group of version 1 shows where it has none: the largest number of whole pages).
  public OptionalLong memoryLimit() throws IOException {
    OptionalLong limit = positive(resources().object("memory"), "limit");
    return limit.isPresent() && limit.getAsLong() >= UNLIMITED ? OptionalLong.empty() : limit;
  }

  /// `linux.resources.cpu.quota` in microseconds per period; empty when there is no limit.
  public OptionalLong cpuQuota() throws IOException {
    return positive(resources().object("cpu"), "quota");
  }

  /// `linux.resources.cpu.period` in microseconds; empty when the kernel's default holds.
  public OptionalLong cpuPeriod() throws IOException {
    return positive(resources().object("cpu"), "period");
  }

  /// Whether there are hooks of a kind, such as `startContainer`.
  public boolean hasHooks(String kind) {
    return json.get("hooks") instanceof JsonObject hooks
        && hooks.get(kind) instanceof JsonArray list
        && !list.isEmpty();
  }

  /// The paths of `linux.devices`, in the order of the file.
  public List<String> devices() throws IOException {
    List<String> paths = new ArrayList<>();
    for (JsonFields device : fields.object("linux").objects("devices")) {
      paths.add(device.string("path"));
    }
    return paths;
  }

  /// Whether the specification has a seccomp profile.
  public boolean hasSeccomp() throws IOException {
    return fields.object("linux").has("seccomp");
  }

  private JsonFields resources() throws BadInputException {
    return fields.object("linux").object("resources");
  }

  private static OptionalLong positive(JsonFields fields, String key) throws BadInputException {
    OptionalLong value = fields.optionalNumber(key);
    return value.isPresent() && value.getAsLong() > 0 ? value : OptionalLong.empty();
  }

  private static long id(JsonFields user, String key) throws BadInputException {
    return checkedId(user, key, user.optionalNumber(key).orElse(0));
  }

  private static List<Long> additionalGids(JsonFields user) throws BadInputException {
    List<Long> gids = user.numbers("additionalGids");
    for (long gid : gids) {
      checkedId(user, "additionalGids", gid);
    }
    return gids;
  }

  private static long checkedId(JsonFields user, String key, long id) throws BadInputException {
    if (id < 0 || id > LARGEST_ID) {
      throw user.bad(key, "is " + id, "an id from 0 to " + LARGEST_ID);
    }
    return id;
  }
}
