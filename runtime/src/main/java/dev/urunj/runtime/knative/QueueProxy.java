package dev.urunj.runtime.knative;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.config.Config;
import dev.urunj.runtime.host.Log;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.image.Overrides;
import dev.urunj.runtime.network.fixed.FixedNet;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.BoundedFile;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.JsonText;
import dev.urunj.runtime.oci.JsonText.Change;
import dev.urunj.runtime.oci.JsonText.Member;
import dev.urunj.runtime.oci.JsonText.Span;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Before runc creates Knative's `queue-proxy`, an ordinary container, urunj gives it the guest's
/// address: it writes the bundle's `config.json` anew with, in `process.env`, `REDIRECT_IP` and
/// with the guest's address as every `host` in `SERVING_READINESS_PROBE`. That is what urunc does,
/// and what Knative was patched for.
///
/// All other characters of the file stay. Doing it again changes nothing.
public final class QueueProxy {
  private static final String PROBE = "SERVING_READINESS_PROBE=";
  private static final String REDIRECT = "REDIRECT_IP=";

  private final Bundle bundle;
  private final Log log;

  private QueueProxy(Bundle bundle, Log log) {
    this.bundle = bundle;
    this.log = log;
  }

  /// Gives the proxy ([Knative#isProxy]) the address if a user's container has the static network.
  /// The annotations of this bundle, which are those of the pod, say so, or else the node's
  /// configuration.
  ///
  /// @throws IOException when the file cannot be written: without the address a proxy does not find
  ///   the guest
  public static void adapt(Bundle bundle, Config config, Log log) throws IOException {
    new QueueProxy(bundle, log).adapt(config);
  }

  private void adapt(Config config) throws IOException {
    Spec spec = bundle.spec();
    NetworkMode mode;
    try {
      mode = Overrides.networkModeOf(spec.file().toString(), spec.annotations());
    } catch (BadInputException e) {
      leave("config.json", String.valueOf(e.getMessage()));
      return;
    }
    if (!Knative.isStatic(mode == null ? config.network().mode() : mode)) {
      return;
    }
    Path file = spec.file().toRealPath();
    String text = BoundedFile.text(file, Bundle.CONFIG_LIMIT);
    var _ = Json.parse(text, file.toString());
    String adapted = adapted(text);
    if (!adapted.equals(text)) {
      replace(file, adapted);
    }
  }

  private String adapted(String text) {
    JsonText json = new JsonText(text);
    Span env = json.member(json.member(json.root(), "process"), "env");
    if (env == null || !json.isArray(env)) {
      leave("config.json", "process.env is not an array");
      return text;
    }
    List<Change> changes = new ArrayList<>();
    String redirect = REDIRECT + FixedNet.guestAddress();
    boolean told = false;
    int end = env.from() + 1;
    for (Span entry : json.elements(env)) {
      end = entry.to();
      String variable = json.isString(entry) ? json.string(entry) : "";
      String wanted = variable;
      if (variable.startsWith(PROBE)) {
        wanted = PROBE + probe(variable.substring(PROBE.length()));
      } else if (variable.startsWith(REDIRECT)) {
        wanted = redirect;
        told = true;
      }
      if (!wanted.equals(variable)) {
        changes.add(new Change(entry, JsonText.quoted(wanted)));
      }
    }
    if (!told) {
      String comma = end == env.from() + 1 ? "" : ",";
      changes.add(new Change(new Span(end, end), comma + JsonText.quoted(redirect)));
    }
    return json.with(changes);
  }

  /// The probe with the guest's address, or as it is when it is no JSON.
  private String probe(String probe) {
    try {
      var _ = Json.parseObjectOrArray(probe, "SERVING_READINESS_PROBE");
    } catch (BadInputException e) {
      leave("its readiness probe", String.valueOf(e.getMessage()));
      return probe;
    }
    JsonText json = new JsonText(probe);
    List<Change> changes = new ArrayList<>();
    addHosts(json, null, json.root(), changes);
    return json.with(changes);
  }

  private static void addHosts(
      JsonText json, @Nullable String name, Span value, List<Change> changes) {
    if (json.isObject(value)) {
      for (Member member : json.members(value)) {
        addHosts(json, member.name(), member.value(), changes);
      }
    } else if (json.isArray(value)) {
      for (Span element : json.elements(value)) {
        addHosts(json, null, element, changes);
      }
    } else if ("host".equals(name) && json.isString(value)) {
      changes.add(new Change(value, JsonText.quoted(FixedNet.guestAddress())));
    }
  }

  private void leave(String what, String reason) {
    log.warn("queue-proxy in " + bundle.directory() + ": " + what + " stays as it is: " + reason);
  }

  /// By rename, so that no reader sees half of it. What a killed command has left is removed.
  private static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling("." + file.getFileName() + ".urunj");
    boolean _ = FileIo.unlink(next);
    FileStatus before = FileStatus.of(file);
    try {
      try (Fd fd = OpenFile.appendNew(next, before.permissions() & 0600)) {
        FileIo.writeFully(fd, text.getBytes(StandardCharsets.UTF_8));
        FileIo.chown(fd, before.uid(), before.gid());
        FileIo.chmod(fd, before.permissions());
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (Throwable failure) {
      try (Undo _ =
          Undo.of(
              new Undo.Step() {
                @Override
                public void run() throws IOException {
                  boolean _ = FileIo.unlink(next);
                }
              })) {
        throw failure;
      }
    }
  }
}
