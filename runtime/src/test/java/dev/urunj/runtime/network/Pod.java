package dev.urunj.runtime.network;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.netlink.Link;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;

/// A pod's network namespace for tests: `eth0` is a veth with an address and a default route, its
/// peer `peer0` lies in the same namespace. It goes with this object.
final class Pod implements AutoCloseable {
  private final NetworkNamespace namespace;

  private Pod(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  static Pod empty() throws IOException {
    Pod pod = new Pod(NetworkNamespace.create());
    return pod;
  }

  static Pod withEth0() throws IOException {
    Pod pod = empty();
    pod.shell(
        """
        ip link add eth0 type veth peer name peer0
        ip link set eth0 addrgenmode none; ip link set peer0 addrgenmode none
        ip address add 10.1.0.2/24 dev eth0
        ip link set eth0 up; ip link set peer0 up
        ip route add default via 10.1.0.1
        for i in $(seq 100); do
          ip route show table all | grep -q linkdown || ip link | grep -q NO-CARRIER || break
          sleep 0.05
        done
        """);
    return pod;
  }

  String shell(String script) throws IOException {
    return namespace.call(() -> run(script));
  }

  <T> T call(Callable<T> task) throws IOException {
    return namespace.call(task);
  }

  /// Does something with the network of the pod, on a thread inside.
  <T> T network(Work<T> work) throws IOException {
    return namespace.call(() -> {
      try (PodNetwork network = PodNetwork.open()) {
        return work.with(network);
      }
    });
  }

  void run(Action action) throws IOException {
    boolean _ =
        network(network -> {
          action.with(network);
          return true;
        });
  }

  Link link(String name) throws IOException {
    return namespace.call(() -> {
      try (var socket = dev.urunj.linux.netlink.RouteSocket.open()) {
        return Objects.requireNonNull(socket.link(name), name);
      }
    });
  }

  /// Links, addresses, routes, qdiscs and filters as the tools print them.
  String snapshot() throws IOException {
    return shell(
            """
            ip -d link; ip addr; ip route show table all; tc qdisc show
            for d in $(ip -o link | cut -d: -f2 | cut -d@ -f1); do
              tc filter show dev $d ingress 2>/dev/null; tc filter show dev $d egress 2>/dev/null
            done
            """)
        .replaceAll("(valid_lft|preferred_lft) \\w+", "")
        .replaceAll("(installed|used|firstused) \\d+ sec", "");
  }

  /// As a container undoes that is alone on its node.
  static void undo(NetworkAct act, PodNetwork network) throws IOException {
    act.undo(network.socket(), new Alone());
  }

  static boolean stands(NetworkAct act, PodNetwork network) throws IOException {
    return act.stands(network.socket(), new Alone());
  }

  private static final class Alone implements Undoer {
    @Override
    public boolean isOfAnother(Link tap) {
      return false;
    }

    @Override
    public void left(String what) {}
  }

  interface Work<T> {
    T with(PodNetwork network) throws IOException;
  }

  interface Action {
    void with(PodNetwork network) throws IOException;
  }

  @Override
  public void close() throws IOException {
    namespace.close();
  }

  private static String run(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("/bin/sh", "-ec", script).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(script + "\n" + output);
    }
    return output;
  }
}
