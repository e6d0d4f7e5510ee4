package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A bystander on a [Node] with process ids of its own, who was given the id of a process that is
/// gone. It lives in a network namespace that looks in everything like the pod of a guest: eth0, an
/// orphan TAP, and redirects that even carry our marks.
///
/// It records the signals that it gets; [#run] records what a command does.
final class Impostor {
  private static final String LURE =
      """
      ip link set lo up
      ip link add eth0 type veth peer name eth1
      ip addr add 10.77.0.2/24 dev eth0; ip link set eth0 up; ip link set eth1 up
      ip route add default via 10.77.0.1 dev eth0
      ip tuntap add dev tap0_urunc mode tap
      tc qdisc add dev eth0 ingress
      tc filter add dev eth0 parent ffff: protocol all prio 30066 handle 800::75a u32 match u32 0 0 \
        action mirred egress redirect dev tap0_urunc cookie 7572756e6a2072656469726563742031
      """;

  private static final Pattern SYSTEM_CALL = Pattern.compile("^\\d+ +([a-z_0-9]+)\\((.*)");

  private final Urunj urunj;
  private final long pid;
  private final Path signals;
  private final String namespace;
  private final String before;

  private Impostor(Urunj urunj, long pid, Path signals) throws IOException {
    this.urunj = urunj;
    this.pid = pid;
    this.signals = signals;
    this.namespace = node().sh("readlink /proc/" + pid + "/ns/net").strip();
    this.before = node().snapshotOf(name());
  }

  /// Lets the impostor take an id; waits until it is free.
  static Impostor take(Urunj urunj, long pid) throws IOException {
    Node node = urunj.node();
    String name = "lure" + pid;
    node.sh("ip netns add " + name);
    node.inside().runNamed(name, "sh", "-ec", Node.noDad() + LURE).orFail();
    Path signals = Target.scratch().resolve("signals");
    node.inside()
        .runNamed(
            name, Target.compiled("impostor").toString(), Long.toString(pid), signals.toString())
        .orFail();
    return new Impostor(urunj, pid, signals);
  }

  private Node node() {
    return urunj.node();
  }

  private String name() {
    return "lure" + pid;
  }

  /// Runs a command of ours under strace, and fails when it or a child of it signals the impostor,
  /// all processes or any by descriptor, or enters the impostor's network namespace.
  Result run(String... words) throws IOException {
    Path trace = Target.scratch().resolve("trace");
    List<String> line =
        new ArrayList<>(
            List.of("strace", "-f", "--seccomp-bpf", "-y", "-o", trace.toString(), "-e"));
    line.add("trace=kill,tkill,tgkill,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_send_signal,setns");
    line.addAll(urunj.line(words));
    Result result = node().run(line.toArray(String[]::new));
    for (String call : Files.readAllLines(trace)) {
      assertHarmless(String.join(" ", words), call);
    }
    return result;
  }

  /// A process may signal itself, as Go's scheduler does. Signal 0 is a question.
  private void assertHarmless(String command, String line) {
    var matcher = SYSTEM_CALL.matcher(line);
    if (!matcher.find()) {
      return;
    }
    String call = matcher.group(1);
    String arguments = matcher.group(2);
    assertThat(line).as(command).doesNotContain(namespace);
    if (!call.equals("setns")) {
      assertThat(arguments)
          .as(command)
          .doesNotMatch("(0|1|-1|-?" + pid + "), (SIG|[1-9]).*")
          .doesNotMatch("(0|-1|" + pid + "), " + pid + ", (SIG|[1-9]).*");
      if (call.equals("pidfd_send_signal")) {
        assertThat(arguments).as("%s: %s", command, line).matches("[^,]*, 0, .*");
      }
    }
  }

  /// @throws AssertionError when it has got a signal, is not running, or anything in its namespace
  ///   has changed
  void assertUnharmed() throws IOException {
    assertThat(Files.readString(signals)).as("signals that the impostor got").isEmpty();
    String stat = node().sh("cat /proc/" + pid + "/stat");
    assertThat(stat).startsWith(pid + " (impostor) S ");
    assertThat(node().sh("readlink /proc/" + pid + "/ns/net").strip()).isEqualTo(namespace);
    assertThat(node().snapshotOf(name())).as("the impostor's namespace").isEqualTo(before);
  }

  /// Ends it, and its namespace.
  void end() throws IOException {
    assertUnharmed();
    node().sh("kill -9 " + pid + "; ip netns del " + name());
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (node().run("test", "-e", "/proc/" + pid).exitCode() == 0) {
      assertThat(System.nanoTime()).isLessThan(end);
      Node.pause(20);
    }
  }
}
