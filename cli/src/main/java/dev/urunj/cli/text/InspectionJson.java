package dev.urunj.cli.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.inspect.Inspection;
import dev.urunj.runtime.inspect.LinkSight;
import dev.urunj.runtime.inspect.LinkTraffic;
import dev.urunj.runtime.inspect.NameServer;
import dev.urunj.runtime.inspect.NamespaceSight;
import dev.urunj.runtime.inspect.PodSight;
import dev.urunj.runtime.network.Hook;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.network.PathTraffic;
import dev.urunj.runtime.network.PodShare;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.runtime.state.ExitRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.Status;
import dev.urunj.runtime.state.WiringRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An [Inspection] for machines: docs/inspect.md lists the keys, which stay. What is not there is
/// null, or an empty list.
public final class InspectionJson {
  private InspectionJson() {}

  public static JsonObject of(Inspection inspection) {
    JsonObject json = new JsonObject();
    json.addProperty("id", inspection.record().id());
    json.addProperty("status", inspection.status().word());
    json.add("exit", exit(inspection.record().exit()));
    json.add("monitor", monitor(inspection));
    NetworkRecord network = inspection.record().network();
    json.add("network", network == null ? JsonNull.INSTANCE : network(network));
    NamespaceSight namespace = inspection.namespace();
    json.add("namespace", namespace == null ? JsonNull.INSTANCE : namespace(namespace));
    PodSight pod = inspection.pod();
    json.add("podInterface", link(pod == null ? null : pod.podInterface()));
    json.add("tap", link(pod == null ? null : pod.tap()));
    json.add("hooks", pod == null ? new JsonArray() : hooks(pod));
    json.add("loopback", pod == null ? JsonNull.INSTANCE : loopback(pod));
    json.add("ports", pod == null ? new JsonArray() : ports(pod));
    json.add("dns", dns(inspection));
    json.add("traffic", pod == null ? new JsonArray() : traffic(pod));
    json.add("warnings", Json.strings(inspection.warnings()));
    json.add("hops", hops(inspection.hops()));
    Hop broken = inspection.firstBroken();
    json.add("firstBroken", broken == null ? JsonNull.INSTANCE : hop(broken));
    json.addProperty("healthy", inspection.isHealthy());
    return json;
  }

  private static JsonElement exit(@Nullable ExitRecord exit) {
    if (exit == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("status", exit.status());
    json.addProperty("time", exit.time());
    return json;
  }

  private static JsonElement monitor(Inspection inspection) {
    MonitorRecord monitor = inspection.record().monitor();
    var process = inspection.record().process();
    if (monitor == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("kind", monitor.kind());
    json.addProperty(
        "pid", process == null || inspection.status() == Status.STOPPED ? 0 : process.pid());
    return json;
  }

  private static JsonObject network(NetworkRecord network) {
    WiringRecord wiring = network.wiring();
    JsonObject json = new JsonObject();
    json.addProperty("wanted", wiring.wanted().word());
    NetworkMode used = wiring.used();
    json.addProperty("used", used == null ? null : used.word());
    json.addProperty("reason", network.note());
    json.addProperty(
        "localhost", wiring.localhost() && used != null && Wirings.of(used).sharesLocalhost());
    JsonObject alias = new JsonObject();
    alias.addProperty("ipv4", wiring.ipv4Alias());
    alias.addProperty("ipv6", wiring.ipv6Alias());
    json.add("alias", alias);
    return json;
  }

  private static JsonObject namespace(NamespaceSight namespace) {
    JsonObject json = new JsonObject();
    json.addProperty("pin", namespace.pin().toString());
    json.addProperty("verdict", namespace.verdict().word());
    json.addProperty("reason", namespace.reason());
    json.addProperty("inode", namespace.inode());
    json.addProperty("cookie", namespace.cookie());
    return json;
  }

  private static JsonElement link(@Nullable LinkSight link) {
    if (link == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("name", link.name());
    json.addProperty("index", link.index());
    json.addProperty("mac", link.mac());
    json.addProperty("mtu", link.mtu());
    json.addProperty("up", link.isUp());
    json.addProperty("carrier", link.carrier());
    json.addProperty("rootQdisc", link.rootQdisc());
    json.add("addresses", Json.strings(link.addresses()));
    LinkTraffic traffic = link.traffic();
    if (traffic != null) {
      json.add(
          "received",
          counted(traffic.receivedPackets(), traffic.receivedBytes(), traffic.receivedDropped()));
      json.add("sent", counted(traffic.sentPackets(), traffic.sentBytes(), traffic.sentDropped()));
    }
    return json;
  }

  private static JsonObject counted(long packets, long bytes, long dropped) {
    JsonObject json = new JsonObject();
    json.addProperty("packets", packets);
    json.addProperty("bytes", bytes);
    json.addProperty("dropped", dropped);
    return json;
  }

  private static JsonArray hooks(PodSight pod) {
    JsonArray array = new JsonArray();
    for (Hook hook : pod.wiring().hooks()) {
      JsonObject json = new JsonObject();
      json.addProperty("place", hook.place().word());
      json.addProperty("link", hook.link());
      json.addProperty("direction", hook.egress() ? "egress" : "ingress");
      json.addProperty("qdisc", hook.qdisc());
      json.add("ours", standing(hook.ours()));
      JsonArray before = new JsonArray();
      for (Hook.Foreign filter : hook.before()) {
        JsonObject foreign = new JsonObject();
        foreign.addProperty("priority", filter.priority());
        foreign.addProperty("kind", filter.kind());
        foreign.addProperty("name", filter.name());
        before.add(foreign);
      }
      json.add("before", before);
      JsonArray tcx = new JsonArray();
      for (int id : hook.tcx()) {
        tcx.add(id);
      }
      json.add("tcx", tcx);
      array.add(json);
    }
    return array;
  }

  private static JsonElement standing(Hook.@Nullable Standing ours) {
    if (ours == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    if (ours.target() != null) {
      json.addProperty("redirectsTo", ours.target());
    } else {
      json.addProperty("program", ours.program());
      json.addProperty("programId", ours.programId());
      json.addProperty("tag", ours.tag());
    }
    return json;
  }

  private static JsonObject loopback(PodSight pod) {
    JsonObject json = new JsonObject();
    LinkSight lo = pod.lo();
    json.addProperty("up", lo != null && lo.isUp());
    JsonArray settings = new JsonArray();
    for (PodShare.Setting setting : pod.wiring().share().settings()) {
      JsonObject one = new JsonObject();
      one.addProperty("name", setting.name());
      one.addProperty("value", setting.value());
      one.addProperty("needed", setting.needed());
      one.addProperty("holds", setting.holds());
      settings.add(one);
    }
    json.add("settings", settings);
    JsonArray routes = new JsonArray();
    for (PodShare.LocalRoute route : pod.wiring().share().routes()) {
      JsonObject one = new JsonObject();
      one.addProperty("net", route.net());
      one.addProperty("stands", route.stands());
      routes.add(one);
    }
    json.add("routes", routes);
    return json;
  }

  private static JsonArray ports(PodSight pod) {
    JsonArray array = new JsonArray();
    for (PodShare.OwnedPort owned : pod.wiring().share().ports()) {
      JsonObject json = new JsonObject();
      json.addProperty("port", owned.port());
      json.addProperty("guest", owned.guest());
      array.add(json);
    }
    return array;
  }

  private static JsonObject dns(Inspection inspection) {
    JsonObject json = new JsonObject();
    JsonArray servers = new JsonArray();
    for (NameServer server : inspection.nameServers()) {
      JsonObject one = new JsonObject();
      one.addProperty("address", server.address());
      one.addProperty("guestSees", server.guestSees());
      servers.add(one);
    }
    json.add("nameServers", servers);
    JsonArray resolvers = new JsonArray();
    PodSight pod = inspection.pod();
    if (pod != null) {
      for (PodShare.BoundResolver resolver : pod.wiring().share().resolvers()) {
        JsonObject one = new JsonObject();
        one.addProperty("address", resolver.address());
        one.addProperty("udpPort", resolver.udpPort());
        one.addProperty("udpBound", resolver.takesUdp());
        one.addProperty("tcpPort", resolver.tcpPort());
        one.addProperty("tcpBound", resolver.takesTcp());
        resolvers.add(one);
      }
    }
    json.add("resolvers", resolvers);
    return json;
  }

  private static JsonArray traffic(PodSight pod) {
    JsonArray array = new JsonArray();
    for (PathTraffic path : pod.wiring().share().traffic()) {
      JsonObject json = new JsonObject();
      json.addProperty("path", path.name());
      json.addProperty("seen", path.group().word());
      json.addProperty("dropped", path.dropped());
      json.addProperty("packets", path.packets());
      json.addProperty("bytes", path.bytes());
      array.add(json);
    }
    return array;
  }

  private static JsonArray hops(List<Hop> hops) {
    JsonArray array = new JsonArray();
    for (Hop hop : hops) {
      array.add(hop(hop));
    }
    return array;
  }

  private static JsonObject hop(Hop hop) {
    JsonObject json = new JsonObject();
    json.addProperty("hop", hop.name());
    json.addProperty("state", hop.state().word());
    json.addProperty("detail", hop.detail());
    if (hop.advice() != null) {
      json.addProperty("advice", hop.advice());
    }
    return json;
  }
}
