package dev.urunj.cli.text;

import com.google.gson.JsonObject;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.inspect.Inspection;
import dev.urunj.runtime.inspect.LinkSight;
import dev.urunj.runtime.inspect.LinkTraffic;
import dev.urunj.runtime.inspect.NameServer;
import dev.urunj.runtime.inspect.NamespaceSight;
import dev.urunj.runtime.inspect.PodSight;
import dev.urunj.runtime.netns.Verdict;
import dev.urunj.runtime.network.Hook;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.network.PathTraffic;
import dev.urunj.runtime.network.PodShare;
import dev.urunj.runtime.network.WiringSight;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ExitRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.Status;
import dev.urunj.runtime.state.WiringRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A container `web` in a pod with a fabric, of which a filter is missing.
final class SampleInspection {
  static final Hop BROKEN =
      new Hop("filter-lo", Hop.State.BROKEN, "our filter is gone from lo", "restart the container");

  private SampleInspection() {}

  static Inspection withBrokenHop() {
    NetworkRecord network =
        network(
            WiringRecord.wanted(NetworkMode.AUTO, true)
                .done(NetworkMode.FABRIC, "169.254.223.1", "fd75::1", null));
    return new Inspection(
        record(network),
        Status.RUNNING,
        new NamespaceSight(Path.of("/run/urunj/web/netns"), Verdict.USABLE, "is it", 7, 8),
        pod(0),
        List.of(
            new NameServer("10.96.0.10", "10.96.0.10"),
            new NameServer("127.0.0.11", "169.254.223.1"),
            new NameServer("::1", null)),
        List.of(new Hop("monitor", Hop.State.OK, "qemu, pid 4711, runs", null), BROKEN),
        List.of("a foreign\u001b filter"));
  }

  /// The same with frames that were dropped.
  static Inspection withDrops() {
    Inspection whole = withBrokenHop();
    return new Inspection(
        whole.record(),
        whole.status(),
        whole.namespace(),
        pod(3),
        whole.nameServers(),
        List.of(),
        List.of());
  }

  /// One that a command has waited for.
  static Inspection ended() {
    return new Inspection(
        begun().record().with(new ExitRecord(137, "2026-11-27T12:00:00Z")),
        Status.STOPPED,
        null,
        null,
        List.of(),
        List.of(),
        List.of());
  }

  /// One whose create has only begun.
  static Inspection begun() {
    return new Inspection(
        ContainerRecord.begun("web", Path.of("/bundle"), "", new JsonObject()),
        Status.CREATING,
        null,
        null,
        List.of(),
        List.of(new Hop("monitor", Hop.State.PENDING, "create is under way", null)),
        List.of());
  }

  private static ContainerRecord record(NetworkRecord network) {
    MonitorRecord monitor =
        new MonitorRecord(
            "qemu",
            "/qemu",
            new JsonObject(),
            "tcg",
            128,
            32,
            1,
            Path.of("/runc"),
            false,
            null,
            "descriptor",
            true);
    return new ContainerRecord(
        "web",
        Status.RUNNING,
        Path.of("/bundle"),
        "",
        new ProcessIdentity(4711, 1, "boot"),
        new JsonObject(),
        null,
        monitor,
        network,
        null,
        List.of(),
        null);
  }

  private static NetworkRecord network(WiringRecord wiring) {
    return new NetworkRecord(
        null, new NetworkNamespaceIdentity(1, 7, 8), "boot", "tap0_urunc", "eth0", null, wiring);
  }

  private static PodSight pod(long dropped) {
    List<Hook> hooks = new ArrayList<>();
    Hook.Standing from = new Hook.Standing(81, "df746461f5376a29", "from_guest", null);
    hooks.add(hook(Hook.Place.TAP, "tap0_urunc", from));
    hooks.add(hook(Hook.Place.LO, "lo", null));
    PodShare share =
        new PodShare(
            List.of(
                new PodShare.Setting("route_localnet", "1", "1", true),
                new PodShare.Setting("accept_local", "0", "1", false)),
            List.of(new PodShare.LocalRoute("127.88.0.0/16", false, 0)),
            List.of(new PodShare.OwnedPort("80/tcp", 1)),
            List.of(new PodShare.BoundResolver("127.0.0.11", 43125, true, 38231, false)),
            traffic(dropped));
    return new PodSight(
        link("eth0", 2, List.of("10.9.1.2/24")),
        link("tap0_urunc", 3, List.of()),
        link("lo", 1, List.of()),
        new WiringSight(hooks, share, List.of(), List.of(), List.of()));
  }

  private static Hook hook(Hook.Place place, String link, Hook.@Nullable Standing ours) {
    boolean lo = place == Hook.Place.LO;
    return new Hook(
        place,
        link,
        lo,
        lo ? "clsact" : "ingress",
        ours,
        List.of(new Hook.Foreign(7, "u32", "")),
        List.of(12));
  }

  private static LinkSight link(String name, int index, List<String> addresses) {
    return new LinkSight(
        name,
        index,
        "02:00:00:00:00:01",
        1500,
        true,
        true,
        "pfifo",
        addresses,
        new LinkTraffic(1, 60, 2, 3, 180, 4));
  }

  private static List<PathTraffic> traffic(long dropped) {
    PathTraffic.Group eth0 = PathTraffic.Group.POD_INTERFACE;
    return List.of(
        new PathTraffic("net-to-pod", eth0, "for a container", false, 0, 0),
        new PathTraffic("net-to-guest", eth0, "for a guest", false, 20, 1448),
        new PathTraffic("guest-drop-off", PathTraffic.Group.GUEST, "to an alias", true, dropped, 9),
        new PathTraffic("lo-to-guest", PathTraffic.Group.LOOPBACK, "localhost", false, 16, 1137));
  }
}
