package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;

/// A pod's network namespace on a [Node], as a CNI plugin would have left it.
public final class Pod {
  private static final Duration BOOT = Duration.ofSeconds(30);

  private final Node node;
  private final String name;
  private final PodSpec spec;
  private String before = "";

  Pod(Node node, String name, PodSpec spec) {
    this.node = node;
    this.name = name;
    this.spec = spec;
  }

  /// Takes the snapshot that [#assertUntouched] compares with.
  public void remember() throws IOException {
    remember(node.snapshotOf(name));
  }

  void remember(String snapshot) {
    before = snapshot;
  }

  public Node node() {
    return node;
  }

  public String name() {
    return name;
  }

  public PodSpec spec() {
    return spec;
  }

  /// The path of the namespace on the node.
  public String path() {
    return "/run/netns/" + name;
  }

  /// The first address, without prefix length.
  public String address() {
    return spec.addresses().getFirst().replaceFirst("/.*", "");
  }

  /// Name of the node's end of the pod's link.
  public String nodeLink() {
    return Node.nodeLink(name);
  }

  /// Runs a command in the pod's network namespace.
  public Result run(String... command) throws IOException {
    return node.inside().runNamed(name, command);
  }

  /// The TAPs in the pod, one a line; empty when there are none.
  public String taps() throws IOException {
    return run("sh", "-c", "ip -br link show type tun | sed 's/[ @].*//'").orFail().strip();
  }

  /// One HTTP request from the node; the body.
  public String http(String path) throws IOException {
    return tryHttp(path).orFail();
  }

  /// One HTTP request from the node with a time limit of one second.
  public Result tryHttp(String path) throws IOException {
    String host = address().contains(":") ? "[" + address() + "]" : address();
    return node.run("curl", "-gsSf", "-m", "1", "http://" + host + path);
  }

  /// Repeats a request until the guest of a container answers it; the body.
  ///
  /// @throws AssertionError with the console, when the container ends or half a minute is over
  public String awaitHttp(String path, Container container) throws IOException {
    return awaitHttp(path, BOOT, new OfContainer(container));
  }

  /// Repeats a request until it is answered; the body.
  ///
  /// @throws AssertionError with the context's text, when it is hopeless or the time is over
  public String awaitHttp(String path, Duration patience, Context context) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Result result = tryHttp(path);
      if (result.exitCode() == 0) {
        return result.stdout();
      }
      if (System.nanoTime() > end || context.isHopeless()) {
        throw new AssertionError(
            "no HTTP from pod " + name + ": " + result.stderr() + "\n" + context.text());
      }
      Node.pause(100);
    }
  }

  /// What to print when something never comes, such as a guest's console.
  public interface Context {
    String text() throws IOException;

    /// Whether waiting longer is in vain.
    default boolean isHopeless() throws IOException {
      return false;
    }
  }

  private record OfContainer(Container container) implements Context {
    @Override
    public String text() throws IOException {
      return container.console();
    }

    @Override
    public boolean isHopeless() throws IOException {
      return !container.isAlive();
    }
  }

  /// Compares the namespace with what it was.
  ///
  /// @throws AssertionError when anything in the namespace is not as it was after its creation
  public void assertUntouched() throws IOException {
    assertUntouched(node.snapshotOf(name));
  }

  void assertUntouched(String now) {
    assertThat(now).as("namespace of pod %s", name).isEqualTo(before);
  }
}
