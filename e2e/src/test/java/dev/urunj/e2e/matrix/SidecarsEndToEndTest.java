package dev.urunj.e2e.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.AtOnce;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Leftovers;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Containers as pods of Kubernetes have them, beside a guest and before it.
@EndToEnd
@Needs(programs = {"python3", "busybox"})
class SidecarsEndToEndTest {
  private static final Duration BOOT = Duration.ofMinutes(1);
  private static final int BODY = 4 << 20;
  private static final String ANSWERED = "200";
  private static final String POD_LOCALHOST = "169.254.223.1";

  @RegisterExtension final Stage stage = new Stage();

  private Probers probers;

  @BeforeEach
  void prepare() {
    probers = new Probers(stage.node());
  }

  @AfterEach
  void endServers() {
    probers.close();
  }

  @Test
  void initContainerAndProxyAndMetricsStandBesideTheGuest() throws Exception {
    Pod pod = stage.pod("pod");
    probers.serve("http/0.0.0.0/8000/world");
    initialise(pod);
    pod.assertUntouched();
    probers.serveSidecar(pod, "proxy", pod.address(), 8080);
    probers.serveSidecar(pod, "metrics", "0.0.0.0", 9090);
    assertThat(metrics(pod)).isEqualTo("guest_up 0\n");
    Container guest = begin(pod);
    assertThat(pod.awaitHttp("/", guest)).as("the guest itself").isEqualTo("guest");
    AtOnce.all(
        List.of(
            () -> {
              assertThreeBodiesGoByOneConnection(pod);
              return "";
            },
            () -> {
              for (int i = 0; i < 20; i++) {
                assertThat(metrics(pod)).isEqualTo("guest_up 1\n");
              }
              return "";
            }));
    guest.end();
    assertThat(metrics(pod)).isEqualTo("guest_up 0\n");
    assertThat(stage.node().run("curl", "-s", "-m", "20", url(pod, 8080)).orFail())
        .as("what the proxy says of a guest that is gone")
        .contains("Connection refused");
    pod.assertUntouched();
  }

  /// A real container, which asks the world and is gone before the guest comes.
  private void initialise(Pod pod) throws IOException {
    String ask = "wget -q -O - http://" + pod.spec().gateways().getFirst() + ":8000/";
    BundleBuilder bundle = BundleBuilder.plain("sh", "-c", ask).netns(pod.path());
    Container init = stage.urunj().beginRun(bundle);
    assertThat(init.awaitCreate(BOOT)).as(init.stderr()).isZero();
    assertThat(init.stdout()).isEqualTo("world");
  }

  /// What goes through the proxy into the guest comes back; neither the client nor the proxy dials
  /// twice.
  private void assertThreeBodiesGoByOneConnection(Pod pod) throws IOException {
    Path body = Target.scratch().resolve("body");
    byte[] bytes = new byte[BODY];
    new Random(8080).nextBytes(bytes);
    Files.write(body, bytes);
    Path back = Target.scratch();
    String each = "%{http_code} %{num_connects} %header{x-dialled}\n";
    String[] post = {"curl", "-sS", "-m", "60", "-w", each, "--data-binary", "@" + body};
    StringBuilder script = new StringBuilder("exec \"$@\"");
    for (int i = 0; i < 3; i++) {
      script.append(" -o " + back.resolve("" + i) + " " + url(pod, 8080));
    }
    List<String> line = new ArrayList<>(List.of("sh", "-c", script.toString(), "sh"));
    line.addAll(List.of(post));
    assertThat(stage.node().run(line.toArray(String[]::new)).orFail())
        .isEqualTo(ANSWERED + " 1 1\n" + ANSWERED + " 0 1\n" + ANSWERED + " 0 1\n");
    for (int i = 0; i < 3; i++) {
      assertThat(Files.mismatch(back.resolve("" + i), body)).as("body %d", i).isEqualTo(-1);
    }
  }

  /// Numbers go out and come back all the time, from a sidecar to the world and from the world to a
  /// sidecar, while a guest comes, is killed, is gone, and another one comes and ends. Who is
  /// connected to the guest that is killed hears so at once.
  @Test
  void connectionsOfASidecarOutliveItsGuests() throws Exception {
    Pod pod = stage.pod("pod");
    probers.serve("echo/0.0.0.0/7070");
    Container sidecar = echoing(pod);
    pod.remember();
    List<Probers.Busy> both =
        List.of(
            probers.stream(pod, pod.spec().gateways().getFirst(), 7070),
            probers.stream(pod.address(), 9095));
    assertAlive(both);
    Container first = begin(pod);
    List<Probers.Busy> toTheGuest =
        List.of(probers.stream(pod.address(), 8081), probers.stream(pod, "127.0.0.1", 8081));
    assertAlive(toTheGuest);
    assertAlive(both);
    first.crash();
    for (Probers.Busy connection : toTheGuest) {
      connection.assertReset();
    }
    assertAlive(both);
    first.delete();
    assertAlive(both);
    assertThat(words(probers.fromNode(1, both(pod.address(), 8080)))).containsOnly("refused");
    Container second = begin(pod);
    assertAlive(both);
    second.end();
    assertAlive(both);
    pod.assertUntouched();
    probers.close();
    sidecar.end();
  }

  private static void assertAlive(List<Probers.Busy> connections) throws IOException {
    for (Probers.Busy connection : connections) {
      connection.assertAlive();
    }
  }

  private Container echoing(Pod pod) throws IOException {
    BundleBuilder bundle =
        BundleBuilder.plain("/bin/prober", "serve", "echo/0.0.0.0/9095")
            .mount("/bin/prober", Probers.program().toString(), "ro")
            .netns(pod.path());
    Container sidecar = stage.urunj().create(bundle).start();
    sidecar.awaitConsole("ready", BOOT);
    return sidecar;
  }

  /// Nothing of urunj's own runs beside a guest; a `run` in the foreground only waits.
  @Test
  void killedRunLeavesGuestAndSidecarAtWork() throws Exception {
    Pod pod = stage.pod("pod");
    probers.serve("tcp/0.0.0.0/8000/world", "udp/0.0.0.0/8000/world");
    probers.serve(pod, "tcp/0.0.0.0/9090/sidecar", "udp/0.0.0.0/9090/sidecar");
    probers.serve(pod, "tcp/127.0.0.53/53/resolver", "udp/127.0.0.53/53/resolver");
    Container guest = stage.urunj().beginRun(guest(pod));
    guest.awaitConsole("ready", BOOT);
    List<ProcessHandle> run = ours(pod);
    assertThat(run).as("run").hasSize(1);
    run.getFirst().destroyForcibly();
    run.getFirst().onExit().join();
    assertThat(ours(pod)).isEmpty();
    assertEachReachesTheOthers(pod);
    assertThat(guest.status()).isEqualTo("running");
    guest.end();
    pod.assertUntouched();
  }

  private void assertEachReachesTheOthers(Pod pod) throws IOException {
    List<String> world = both(pod.spec().gateways().getFirst(), 8000);
    assertThat(words(probers.fromNode(3, both(pod.address(), 8080)))).containsOnly("guest");
    assertThat(words(probers.fromNode(3, both(pod.address(), 9090)))).containsOnly("sidecar");
    assertThat(words(probers.fromPod(pod, 3, world))).containsOnly("world");
    assertThat(words(probers.fromPod(pod, 3, both("127.0.0.1", 8080)))).containsOnly("guest");
    assertThat(words(fromGuest(pod, world))).containsOnly("world");
    assertThat(words(fromGuest(pod, both(POD_LOCALHOST, 9090)))).containsOnly("sidecar");
    assertThat(words(fromGuest(pod, both(POD_LOCALHOST, 53)))).containsOnly("resolver");
  }

  private List<Probers.Answer> fromGuest(Pod pod, List<String> targets) throws IOException {
    return probers.fromGuest(pod.address(), 7001, 3, targets);
  }

  private static List<String> words(List<Probers.Answer> answers) {
    return answers.stream().map(Probers.Answer::word).toList();
  }

  private static List<String> both(String address, int port) {
    return List.of("tcp/" + address + "/" + port, "udp/" + address + "/" + port);
  }

  /// The processes of urunj's own: its launcher, which is the JVM.
  private List<ProcessHandle> ours(Pod pod) throws IOException {
    List<ProcessHandle> all = new ArrayList<>(Leftovers.on(stage.node(), pod).processes());
    String launcher = Target.launcher().toRealPath().toString();
    all.removeIf(process -> !process.info().command().orElse("").equals(launcher));
    return all;
  }

  private Container begin(Pod pod) throws IOException {
    Container guest = stage.urunj().create(guest(pod)).start();
    assertThat(ours(pod)).as("after start").isEmpty();
    guest.awaitConsole("ready", BOOT);
    return guest;
  }

  /// Serves HTTP, and tries what it is asked to.
  private static BundleBuilder guest(Pod pod) throws IOException {
    Path resolvers =
        Files.writeString(Target.scratch().resolve("resolv"), "nameserver 127.0.0.53\n");
    return BundleBuilder.linuxWeb(pod)
        .args(
            ("/bin/prober serve http/0.0.0.0/80/guest ask/0.0.0.0/7001 tcp/0.0.0.0/8080/guest"
                    + " udp/0.0.0.0/8080/guest echo/0.0.0.0/8081")
                .split(" "))
        .mount("/bin/prober", Probers.program().toString(), "ro")
        .mount("/etc/resolv.conf", resolvers.toString(), "ro")
        .annotation("dev.urunj.network.mode", "fabric");
  }

  private String metrics(Pod pod) throws IOException {
    return stage.node().run("curl", "-sS", "-m", "20", url(pod, 9090)).orFail();
  }

  private static String url(Pod pod, int port) {
    return "http://" + pod.address() + ":" + port + "/";
  }
}
