package dev.urunj.runtime.network;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.pod.PodNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/// A pod's network namespace for tests: `eth0` is a veth with an address and a default route, its
/// peer `peer0` lies in the same namespace. It goes with this object.
public final class Pod implements AutoCloseable {
  private final NetworkNamespace namespace;

  private Pod(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  public static Pod empty() throws IOException {
    Pod pod = new Pod(NetworkNamespace.create());
    return pod;
  }

  public static Pod withEth0() throws IOException {
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

  public String shell(String script) throws IOException {
    return namespace.call(() -> run(script));
  }

  public <T> T call(Callable<T> task) throws IOException {
    return namespace.call(task);
  }

  /// Does something with the network of the pod, on a thread inside.
  public <T> T network(Work<T> work) throws IOException {
    return namespace.call(() -> {
      try (PodNetwork network = PodNetwork.open()) {
        return work.with(network);
      }
    });
  }

  public void run(Action action) throws IOException {
    boolean _ =
        network(network -> {
          action.with(network);
          return true;
        });
  }

  public Link link(String name) throws IOException {
    return namespace.call(() -> {
      try (var socket = dev.urunj.linux.netlink.RouteSocket.open()) {
        return Objects.requireNonNull(socket.link(name), name);
      }
    });
  }

  /// Links, addresses, routes, qdiscs and filters as the tools print them.
  public String snapshot() throws IOException {
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
  public static void undo(NetworkAct act, PodNetwork network) throws IOException {
    act.undo(network.socket(), new Alone());
  }

  public static boolean stands(NetworkAct act, PodNetwork network) throws IOException {
    return act.stands(network.socket(), new Alone());
  }

  /// Joins a TAP of that name to `eth0`, for a guest that asks for nothing.
  public static void join(Wiring wiring, PodNetwork network, String tap, Announcements journal)
      throws IOException {
    wiring.join(
        new WiringRequest(
            "c1",
            tap,
            Objects.requireNonNull(network.podInterface()),
            true,
            null,
            null,
            List.of(),
            List.of(),
            Preparation.NONE),
        network.socket(),
        journal,
        _ -> {});
  }

  /// Takes back what guests that are gone have left of a wiring, and says whether there was any.
  public boolean sweep(Wiring wiring) throws IOException {
    return network(network -> {
      List<Leftover> leftovers = wiring.leftovers(network.socket());
      for (Leftover leftover : leftovers) {
        leftover.removal().run(network.socket());
      }
      return !leftovers.isEmpty();
    });
  }

  /// Whether guests that are gone have left anything of a wiring.
  public boolean hasLeftovers(Wiring wiring) throws IOException {
    return network(network -> !wiring.leftovers(network.socket()).isEmpty());
  }

  /// Removes a TAP that no process holds, and says whether none is there any more.
  public static boolean removeTap(PodNetwork network, String name) throws IOException {
    return new Taps(network.socket().route()).remove(name);
  }

  /// The same for one of that index.
  public static boolean removeTap(PodNetwork network, String name, int index) throws IOException {
    return new Taps(network.socket().route()).remove(name, index);
  }

  private static final class Alone implements Undoer {
    @Override
    public boolean isOfAnother(Link tap) {
      return false;
    }

    @Override
    public void left(String what) {}
  }

  public interface Work<T> {
    T with(PodNetwork network) throws IOException;
  }

  public interface Action {
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
