package dev.urunj.e2e.stage;

import dev.urunj.testkit.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A network namespace on a [Node] in which programs of a test run: the node's own, or a named one.
/// Closing it ends the servers.
public final class Site implements AutoCloseable {
  private final Node node;
  private final String name;
  private final List<Long> servers = new ArrayList<>();

  private Site(Node node, String name) {
    this.node = node;
    this.name = name;
  }

  public static Site of(Node node) {
    return new Site(node, "");
  }

  public static Site of(Pod pod) {
    return new Site(pod.node(), pod.name());
  }

  /// A new namespace, with `lo` up and IPv6 addresses that are usable at once.
  public static Site made(Node node, String name) throws IOException {
    node.sh("ip netns add " + name);
    Site site = new Site(node, name);
    site.sh("ip link set lo up; " + Node.noDad());
    return site;
  }

  public Node node() {
    return node;
  }

  public String name() {
    return name;
  }

  public Result run(String... command) throws IOException {
    return name.isEmpty() ? node.run(command) : node.inside().runNamed(name, command);
  }

  /// Runs a script that must succeed.
  public String sh(String script) throws IOException {
    return run("sh", "-ec", script).orFail();
  }

  /// One HTTP request with a time limit of five seconds.
  public Result get(String url) throws IOException {
    return run("curl", "-gsS", "-m", "5", url);
  }

  /// Starts a web server that says one word.
  ///
  /// @param listen port, or address and port
  public void serveWeb(String listen, String word) throws IOException {
    String directory = "/run/web-" + word;
    sh("mkdir -p " + directory + "; echo " + word + " >" + directory + "/index.html");
    String port = listen.substring(listen.lastIndexOf(':') + 1);
    start("busybox httpd -f -p " + listen + " -h " + directory);
    sh(
        "for i in $(seq 100); do ss -ltn | grep -q ':"
            + port
            + " ' && exit; sleep 0.05; done; exit 1");
  }

  /// Starts a program that runs until this is closed.
  ///
  /// @return its id
  public long start(String line) throws IOException {
    String started = sh("nohup " + line + " </dev/null >/dev/null 2>&1 & echo $!");
    long server = Long.parseLong(started.strip());
    servers.add(server);
    return server;
  }

  @Override
  public void close() {
    for (long server : servers) {
      ProcessHandle.of(server).ifPresent(ProcessHandle::destroyForcibly);
    }
    servers.clear();
  }
}
