package dev.urunj.e2e.matrix;

import dev.urunj.e2e.matrix.MatrixRow.Destination;
import dev.urunj.e2e.matrix.MatrixRow.Place;
import dev.urunj.e2e.matrix.MatrixRow.Port;
import dev.urunj.e2e.stage.AtOnce;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// A pod with a sidecar and a guest, each with ports that all can reach and ports that only
/// localhost can. The resolver of the guest's resolv.conf is on the pod's localhost.
///
/// World, pod and guest give their packets different hop limits: an echo reply says no more of its
/// sender. None limits the rate of ICMP errors, for very many ports are tried at once. The guest
/// has source ports of its own, as docs/networking.md recommends where both open many connections
/// to one place.
final class MatrixPod {
  private static final Duration BOOT = Duration.ofMinutes(2);
  private static final int REPEATS = 3;
  private static final int ASK = 7001;

  private final Probers probers;
  private final PodKind kind;
  private final Pod pod;
  private final Container guest;

  private MatrixPod(Probers probers, PodKind kind, Pod pod, Container guest) {
    this.probers = probers;
    this.kind = kind;
    this.pod = pod;
    this.guest = guest;
  }

  /// Makes the world of all pods.
  static void serveWorld(Node node, Probers probers) throws IOException {
    node.sh("cd /proc/sys/net; " + limits(Place.WORLD, "all", "default"));
    node.remember();
    probers.serve(services(Port.WORLD, "world", "0.0.0.0", "::"));
  }

  /// Makes the pod and creates its guest.
  static MatrixPod begin(Stage stage, Probers probers, PodKind kind) throws IOException {
    String limits = "cd /proc/sys/net; " + limits(Place.SIDECAR, "lo", "eth0");
    Pod pod = stage.pod("m" + kind.number(), kind.spec().withPodCommand(limits));
    probers.serve(pod, services(Port.SIDECAR, "sidecar", "0.0.0.0", "::"));
    probers.serve(pod, services(Port.SIDECAR_LOOPBACK, "sidecar", "127.0.0.1", "::1"));
    String[] own = {address(kind, Destination.POD, false), address(kind, Destination.POD, true)};
    probers.serve(pod, services(Port.SIDECAR_ADDRESS, "sidecar", kind.each(own[0], own[1])));
    probers.serve(pod, services(Port.BOTH, "sidecar", "0.0.0.0", "::"));
    probers.serve(pod, services(Port.DNS, "resolver", "127.0.0.53", "::1"));
    Container guest = stage.urunj().create(bundle(pod, kind));
    return new MatrixPod(probers, kind, pod, guest);
  }

  private static BundleBuilder bundle(Pod pod, PodKind kind) throws IOException {
    Path resolvers = Target.scratch().resolve("resolv.conf");
    Files.writeString(resolvers, "nameserver 127.0.0.53\nnameserver ::1\n");
    List<String> services = new ArrayList<>(List.of("ask/0.0.0.0/" + ASK, "ask/::/" + ASK));
    services.addAll(List.of(services(Port.GUEST, "guest", "0.0.0.0", "::")));
    services.addAll(List.of(services(Port.BOTH, "guest", "0.0.0.0", "::")));
    services.addAll(List.of(services(Port.GUEST_LOOPBACK, "guest", "127.0.0.1", "::1")));
    String serve =
        "cd /proc/sys/net; echo 61000 65000 >ipv4/ip_local_port_range; "
            + limits(Place.GUEST, "lo", "eth0")
            + "exec /bin/prober serve "
            + String.join(" ", services);
    return BundleBuilder.linuxWeb(pod)
        .args("/bin/sh", "-ec", serve)
        .mount("/bin/prober", Probers.program().toString(), "ro")
        .mount("/etc/resolv.conf", resolvers.toString(), "ro")
        .annotation("dev.urunj.network.mode", kind.mode())
        .annotation("dev.urunj.network.localhost", "" + kind.localhost());
  }

  /// Shell, in `/proc/sys/net`.
  private static String limits(Place place, String... links) {
    StringBuilder script = new StringBuilder("echo 0 >ipv4/icmp_ratelimit; ");
    script.append("echo 0 >ipv6/icmp/ratelimit; ");
    script.append("echo " + place.hopLimit() + " >ipv4/ip_default_ttl; ");
    for (String link : links) {
      script.append("echo " + place.hopLimit() + " >ipv6/conf/" + link + "/hop_limit; ");
    }
    return script.toString();
  }

  /// By TCP and UDP; they answer with the name.
  private static String[] services(Port port, String name, String... addresses) {
    List<String> services = new ArrayList<>();
    for (String address : addresses) {
      String end = "/" + address + "/" + port.number() + "/" + name;
      services.add("tcp" + end);
      services.add("udp" + end);
    }
    return services.toArray(String[]::new);
  }

  Pod pod() {
    return pod;
  }

  Result start() throws IOException {
    return guest.tryStart();
  }

  void awaitGuest() throws IOException {
    guest.awaitConsole("ready", BOOT);
  }

  /// Kills the monitor, without a clean-up.
  void crash() throws IOException {
    guest.crash();
  }

  /// Tries what these can try, everything at the same time, three times.
  Measurement measure(List<Place> dialling) throws Exception {
    List<Callable<List<Probers.Answer>>> calls = new ArrayList<>();
    for (Place from : dialling) {
      List<String> targets = List.copyOf(targets(from).values());
      calls.add(() -> answers(from, targets));
    }
    List<List<Probers.Answer>> answers = AtOnce.all(calls);
    Measurement measurement = new Measurement();
    for (int i = 0; i < answers.size(); i++) {
      enter(measurement, targets(dialling.get(i)), answers.get(i));
    }
    return measurement;
  }

  private static void enter(
      Measurement measurement, Map<Cell, String> targets, List<Probers.Answer> answers) {
    Map<String, List<Probers.Answer>> byTarget =
        answers.stream().collect(Collectors.groupingBy(Probers.Answer::target));
    for (Map.Entry<Cell, String> tried : targets.entrySet()) {
      List<Probers.Answer> repeats = byTarget.getOrDefault(tried.getValue(), List.of());
      Cell cell = tried.getKey();
      measurement.put(cell.row(), cell.protocol(), Measurement.word(repeats));
    }
  }

  private record Cell(MatrixRow row, MatrixProtocol protocol) {}

  private Map<Cell, String> targets(Place from) {
    Map<Cell, String> targets = new LinkedHashMap<>();
    for (MatrixRow row : MatrixRow.all()) {
      if (row.from() == from) {
        for (MatrixProtocol protocol : row.protocols()) {
          if (kind.has(row, protocol)) {
            String address = address(kind, row.to(), protocol.isSix());
            targets.put(new Cell(row, protocol), protocol.target(address, row.port().number()));
          }
        }
      }
    }
    return targets;
  }

  private List<Probers.Answer> answers(Place from, List<String> targets) throws IOException {
    return switch (from) {
      case WORLD -> probers.fromNode(REPEATS, targets);
      case SIDECAR -> probers.fromPod(pod, REPEATS, targets);
      case GUEST -> probers.fromGuest(pod.address(), ASK, REPEATS, targets);
    };
  }

  private static String address(PodKind kind, Destination to, boolean six) {
    int n = kind.number();
    String net = six ? "fd00:9:" + n + "::" : "10.9." + n + ".";
    return switch (to) {
      case WORLD -> net + 1;
      case POD -> net + 2;
      case LOCALHOST -> six ? "::1" : "127.0.0.1";
      case GUEST_ALIAS -> six ? "fd75:7275:6e6a:2::2" : "127.88.0.2";
      case POD_LOCALHOST -> six ? "fd75:7275:6e6a:1::1" : "169.254.223.1";
    };
  }
}
