package dev.urunj.cli;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.Json;
import java.util.List;

/// What `features` says: what holds for unikernels and, through the low-level runtime, for all
/// other containers. The same on every node, as features.md of the OCI runtime specification asks.
final class Features {
  private Features() {}

  static String json() {
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
    JsonObject annotations = new JsonObject();
    annotations.addProperty("dev.urunj.version", Version.NUMBER);
    annotations.addProperty("dev.urunj.guests", "linux");
    annotations.addProperty("dev.urunj.monitors", "qemu");
    annotations.addProperty("dev.urunj.networks", "fabric,redirect");
    features.add("annotations", annotations);
    return features.toString();
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
