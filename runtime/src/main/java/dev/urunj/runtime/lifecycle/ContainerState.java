package dev.urunj.runtime.lifecycle;

import com.google.gson.JsonObject;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ExitRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.Status;
import dev.urunj.runtime.state.WiringRecord;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The state of a container as the OCI runtime specification shapes it, with what is ours under
/// annotations that begin with `dev.urunj.`. Makes no native call.
public final class ContainerState {
  public static final String OCI_VERSION = "1.0.2";

  private ContainerState() {}

  /// As text, indented as runc's.
  public static String text(ContainerRecord record) throws IOException {
    return Json.indented(of(record));
  }

  public static JsonObject of(ContainerRecord record) throws IOException {
    Status status = record.currentStatus();
    ProcessIdentity process = record.process();
    boolean hasProcess = process != null && status != Status.STOPPED;
    JsonObject state = new JsonObject();
    state.addProperty("ociVersion", OCI_VERSION);
    state.addProperty("id", record.id());
    state.addProperty("status", status.word());
    state.addProperty("pid", hasProcess ? pidOf(process) : 0);
    state.addProperty("bundle", record.bundle().toString());
    state.addProperty("created", record.created());
    JsonObject annotations = record.annotations().deepCopy();
    addNetwork(annotations, record.network());
    addMonitor(annotations, record.monitor());
    if (!record.notes().isEmpty()) {
      annotations.addProperty("dev.urunj.notes", String.join("; ", record.notes()));
    }
    ExitRecord exit = record.exit();
    if (exit != null) {
      annotations.addProperty("dev.urunj.exit.status", Integer.toString(exit.status()));
      annotations.addProperty("dev.urunj.exit.time", exit.time());
    }
    state.add("annotations", annotations);
    return state;
  }

  private static int pidOf(@Nullable ProcessIdentity process) {
    return process == null ? 0 : process.pid();
  }

  private static void addNetwork(JsonObject annotations, @Nullable NetworkRecord network) {
    if (network == null) {
      return;
    }
    String podInterface = network.podInterface();
    String note = network.note();
    String used = used(network.wiring());
    if (podInterface != null) {
      annotations.addProperty("dev.urunj.network", used);
      annotations.addProperty("dev.urunj.network.interface", podInterface);
      annotations.addProperty("dev.urunj.network.tap", network.tap());
      addWiring(annotations, network.wiring());
    } else if (note != null) {
      annotations.addProperty("dev.urunj.network", "none");
    }
    if (note != null) {
      annotations.addProperty("dev.urunj.network.reason", note);
    }
    if (network.leftOut() != null) {
      annotations.addProperty("dev.urunj.network.leftout", network.leftOut());
    }
  }

  private static String used(WiringRecord wiring) {
    NetworkMode used = wiring.used();
    return (used == null ? NetworkMode.REDIRECT : used).word();
  }

  /// The mode in use replaces the one that the container's annotation asked for.
  private static void addWiring(JsonObject annotations, WiringRecord wiring) {
    annotations.addProperty("dev.urunj.network.mode", used(wiring));
    if (wiring.ports() != null) {
      annotations.addProperty("dev.urunj.network.ports", wiring.ports().text());
    }
    if (wiring.ipv4Alias() != null) {
      annotations.addProperty("dev.urunj.network.alias.ipv4", wiring.ipv4Alias());
    }
    if (wiring.ipv6Alias() != null) {
      annotations.addProperty("dev.urunj.network.alias.ipv6", wiring.ipv6Alias());
    }
    if (wiring.guest() != null) {
      annotations.addProperty("dev.urunj.network.guest", wiring.guest());
    }
  }

  private static void addMonitor(JsonObject annotations, @Nullable MonitorRecord monitor) {
    if (monitor == null) {
      return;
    }
    annotations.addProperty("dev.urunj.monitor", monitor.kind());
    annotations.addProperty("dev.urunj.accelerator", monitor.accelerator());
    annotations.addProperty("dev.urunj.memory.guest.mib", Integer.toString(monitor.memoryMib()));
    annotations.addProperty(
        "dev.urunj.memory.overhead.mib", Integer.toString(monitor.overheadMib()));
    annotations.addProperty("dev.urunj.vcpus", Integer.toString(monitor.vcpus()));
    if (monitor.lowLevelNote() != null) {
      annotations.addProperty("dev.urunj.lowlevel.reason", monitor.lowLevelNote());
    }
  }
}
