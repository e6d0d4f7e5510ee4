package dev.urunj.cli.text;

import com.google.gson.JsonObject;
import dev.urunj.runtime.boot.GuestFeatures;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.registry.Registry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of `features`, features.md of the OCI runtime specification. It is mostly the
/// low-level runtime's answer, because most containers are its; annotations say what differs for a
/// unikernel.
public final class Features {
  private Features() {}

  /// As text.
  ///
  /// @param lowLevel what the low-level runtime says, or null where it does not know the command:
  ///   then what every one of them has
  public static String json(@Nullable JsonObject lowLevel) {
    JsonObject features = lowLevel == null ? known() : lowLevel.deepCopy();
    JsonObject annotations =
        features.get("annotations") instanceof JsonObject given ? given : new JsonObject();
    annotations.addProperty("dev.urunj.version", Version.NUMBER);
    annotations.addProperty("dev.urunj.guests", String.join(",", Registry.guests()));
    annotations.addProperty("dev.urunj.monitors", String.join(",", Registry.monitors()));
    annotations.addProperty("dev.urunj.networks", "fabric,redirect,static");
    annotations.addProperty(
        "dev.urunj.guest.hooks", "prestart,createRuntime,createContainer,poststart,poststop");
    annotations.addProperty("dev.urunj.guest.mountOptions", GuestFeatures.mountOptions());
    annotations.addProperty("dev.urunj.guest.namespaces", "cgroup,ipc,mount,network,pid,uts");
    features.add("annotations", annotations);
    return features.toString();
  }

  private static JsonObject known() {
    JsonObject features = new JsonObject();
    features.addProperty("ociVersionMin", "1.0.0");
    features.addProperty("ociVersionMax", "1.0.2");
    features.add(
        "hooks",
        Json.strings(
            List.of(
                "prestart",
                "createRuntime",
                "createContainer",
                "startContainer",
                "poststart",
                "poststop")));
    features.add("mountOptions", Json.strings(List.of("bind", "rbind", "ro", "rw")));
    features.add("linux", linux());
    return features;
  }

  private static JsonObject linux() {
    JsonObject linux = new JsonObject();
    linux.add(
        "namespaces", Json.strings(List.of("cgroup", "ipc", "mount", "network", "pid", "uts")));
    JsonObject cgroup = new JsonObject();
    cgroup.addProperty("v1", true);
    cgroup.addProperty("v2", true);
    cgroup.addProperty("systemd", true);
    cgroup.addProperty("systemdUser", false);
    linux.add("cgroup", cgroup);
    JsonObject seccomp = new JsonObject();
    seccomp.addProperty("enabled", true);
    linux.add("seccomp", seccomp);
    return linux;
  }
}
