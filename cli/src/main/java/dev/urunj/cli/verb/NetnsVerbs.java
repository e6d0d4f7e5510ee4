package dev.urunj.cli.verb;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.cli.text.Table;
import dev.urunj.cli.words.Arguments;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.BootId;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.failure.KnownFailure;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.netns.Condition;
import dev.urunj.runtime.netns.NamedNamespace;
import dev.urunj.runtime.netns.NamespaceRecord;
import dev.urunj.runtime.netns.NamespaceRegistry;
import dev.urunj.runtime.netns.RecordedIdentity;
import dev.urunj.runtime.netns.Sighting;
import dev.urunj.runtime.netns.Verdict;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The verbs behind `netns`. The name stands in front of the path, as with `ip netns attach NAME
/// PID`.
final class NetnsVerbs {
  private static final String[] TITLES = {
    "NAME", "STATUS", "INODE", "COOKIE", "CREATED", "PATH", "GIVEN"
  };

  private final Arguments own;
  private final Caller caller;
  private final NamespaceRegistry registry;

  NetnsVerbs(Invocation invocation, Caller caller) throws UsageException {
    this.own = invocation.own();
    this.caller = caller;
    this.registry =
        new NamespaceRegistry(
            invocation.under(caller).root(), caller.node().clock(), caller.node().guard());
  }

  Outcome run() throws IOException, UsageException {
    String verb = own.operands().isEmpty() ? "" : own.operands().getFirst();
    return switch (verb) {
      case "create" -> create();
      case "pin" -> pin();
      case "verify" -> verify();
      case "list" -> list();
      case "remove" -> remove();
      default ->
          throw new UsageException(
              "netns: no such command: "
                  + BadInputException.quote(verb)
                  + "; expected create, pin, verify, list or remove");
    };
  }

  private Outcome create() throws IOException, UsageException {
    return Outcome.printed(
        caller, registry.create(operands("create", 1).getFirst()).pin().toString());
  }

  private Outcome pin() throws IOException, UsageException {
    List<String> operands = operands("pin", 2);
    Path path = caller.path(operands.get(1));
    return Outcome.printed(caller, registry.pin(operands.getFirst(), path).pin().toString());
  }

  private Outcome remove() throws IOException, UsageException {
    String name = operands("remove", 1, "force").getFirst();
    if (!registry.remove(name) && !own.has("force")) {
      throw new KnownFailure(
          FailureKind.UNKNOWN_ID,
          "network namespace " + BadInputException.quote(name) + " does not exist");
    }
    return Outcome.SUCCESS;
  }

  private Outcome verify() throws IOException, UsageException {
    String word = operands("verify", 1, "format").getFirst();
    boolean json = own.wantsJson("table");
    Path path = word.indexOf('/') >= 0 ? caller.path(word) : registry.pin(word);
    String name = word.indexOf('/') >= 0 ? registry.nameOf(path) : word;
    if (name == null) {
      return verify(null, path, null, json);
    }
    if (!registry.exists(name)) {
      throw new KnownFailure(
          FailureKind.UNKNOWN_ID,
          "network namespace " + BadInputException.quote(name) + " does not exist");
    }
    NamedNamespace found = registry.look(name);
    NamespaceRecord record = found.record();
    if (record == null || found.condition() == Condition.STALE) {
      caller
          .streams()
          .out()
          .println(json ? notLookedAt(found).toString() : name + ": " + found.reason());
      return Outcome.written(caller, 1);
    }
    return verify(name, path, record.recorded(), json);
  }

  private Outcome verify(
      @Nullable String name, Path path, @Nullable RecordedIdentity recorded, boolean json)
      throws IOException {
    try (Sighting sighting = Sighting.of(caller.node().guard(), path, recorded)) {
      String names = name == null ? recordedAs(sighting) : name;
      PrintStream out = caller.streams().out();
      if (json) {
        out.println(toJson(name, path, sighting, recorded, names));
      } else {
        out.println(
            (name == null ? "" : name + ": ") + sentence(sighting, name == null ? names : null));
      }
      return Outcome.written(caller, sighting.isUsable() ? 0 : 1);
    }
  }

  private static String sentence(Sighting sighting, @Nullable String recordedAs)
      throws IOException {
    NetworkNamespace namespace = sighting.namespace();
    String text = sighting.reason();
    if (namespace != null) {
      NetworkNamespaceIdentity identity = namespace.identity();
      text += " (net:[" + identity.inode() + "], cookie " + identity.cookie() + ")";
    }
    return recordedAs == null ? text : text + ", recorded as " + recordedAs;
  }

  /// The first name under which the same namespace is recorded.
  private @Nullable String recordedAs(Sighting sighting) throws IOException {
    NetworkNamespace namespace = sighting.namespace();
    if (namespace == null || sighting.verdict() == Verdict.NODE) {
      return null;
    }
    String bootId = BootId.read();
    for (String name : registry.names()) {
      NamespaceRecord record = registry.look(name).record();
      if (record != null
          && record.recorded().bootId().equals(bootId)
          && record.recorded().namespace().isSameAs(namespace.identity())) {
        return name;
      }
    }
    return null;
  }

  private static JsonObject toJson(
      @Nullable String name,
      Path path,
      Sighting sighting,
      @Nullable RecordedIdentity recorded,
      @Nullable String recordedAs)
      throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("name", name);
    json.addProperty("path", path.toString());
    json.addProperty("usable", sighting.isUsable());
    json.addProperty("verdict", sighting.verdict().word());
    json.addProperty("reason", sighting.reason());
    json.addProperty("ofNode", sighting.verdict() == Verdict.NODE);
    json.addProperty("asRecorded", recorded == null ? null : sighting.isUsable());
    json.addProperty("recordedAs", recordedAs);
    NetworkNamespace namespace = sighting.namespace();
    if (namespace != null) {
      json.add("namespace", toJson(namespace.identity()));
    }
    if (recorded != null) {
      JsonObject then = toJson(recorded.namespace());
      then.addProperty("bootId", recorded.bootId());
      json.add("record", then);
    }
    return json;
  }

  private static JsonObject notLookedAt(NamedNamespace found) {
    JsonObject json = new JsonObject();
    json.addProperty("name", found.name());
    json.addProperty("path", found.pin().toString());
    json.addProperty("usable", false);
    json.addProperty("verdict", found.condition().word());
    json.addProperty("reason", found.reason());
    return json;
  }

  private static JsonObject toJson(NetworkNamespaceIdentity identity) {
    JsonObject json = new JsonObject();
    json.addProperty("device", identity.device());
    json.addProperty("inode", identity.inode());
    json.addProperty("cookie", identity.cookie());
    return json;
  }

  private Outcome list() throws IOException, UsageException {
    operands("list", 0, "format", "quiet");
    boolean json = own.wantsJson("table");
    List<NamedNamespace> found = new ArrayList<>();
    for (String name : registry.names()) {
      found.add(registry.look(name));
    }
    PrintStream out = caller.streams().out();
    if (own.has("quiet")) {
      for (NamedNamespace one : found) {
        out.println(one.name());
      }
    } else if (json) {
      JsonArray array = new JsonArray();
      for (NamedNamespace one : found) {
        array.add(toJson(one));
      }
      out.println(array);
    } else {
      List<String[]> rows = new ArrayList<>();
      for (NamedNamespace one : found) {
        rows.add(row(one));
      }
      Table.print(out, TITLES, rows);
    }
    return Outcome.written(caller, 0);
  }

  private static JsonObject toJson(NamedNamespace one) {
    JsonObject json = new JsonObject();
    json.addProperty("name", one.name());
    json.addProperty("status", one.condition().word());
    json.addProperty("reason", one.reason());
    json.addProperty("path", one.pin().toString());
    NamespaceRecord record = one.record();
    if (record != null) {
      json.addProperty("givenPath", record.givenPath());
      json.addProperty("created", record.created());
      json.addProperty("device", record.recorded().namespace().device());
      json.addProperty("inode", record.recorded().namespace().inode());
      json.addProperty("cookie", record.recorded().namespace().cookie());
      json.addProperty("bootId", record.recorded().bootId());
    }
    return json;
  }

  private static String[] row(NamedNamespace one) {
    NamespaceRecord record = one.record();
    String given = record == null ? null : record.givenPath();
    return new String[] {
      one.name(),
      one.condition().word(),
      record == null ? "-" : Long.toString(record.recorded().namespace().inode()),
      record == null ? "-" : Long.toString(record.recorded().namespace().cookie()),
      record == null ? "-" : BadInputException.oneLine(record.created()),
      one.condition() == Condition.PINNED ? one.pin().toString() : "-",
      given == null ? "-" : BadInputException.oneLine(given)
    };
  }

  /// What stands behind the second verb.
  ///
  /// @param flags that it takes; others are refused
  private List<String> operands(String verb, int count, String... flags) throws UsageException {
    List<String> unknown = new ArrayList<>();
    List<String> known = List.of(flags);
    own.forEachFlag((name, _) -> {
      if (!known.contains(name)) {
        unknown.add(name);
      }
    });
    if (!unknown.isEmpty()) {
      throw new UsageException("netns " + verb + ": unknown flag: --" + unknown.getFirst());
    }
    List<String> operands = own.operands().subList(1, own.operands().size());
    if (operands.size() != count) {
      throw new UsageException(
          "\"netns "
              + verb
              + "\" requires exactly "
              + count
              + " argument(s), got "
              + operands.size());
    }
    return operands;
  }
}
