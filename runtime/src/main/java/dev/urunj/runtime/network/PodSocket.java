package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The rtnetlink socket of a pod's network namespace, with what the wirings remember from one act
/// to the next.
///
/// For the thread that opened it, which is in that namespace.
public final class PodSocket implements AutoCloseable {
  private final RouteSocket route;
  private final List<Memory> memories = new ArrayList<>();

  private PodSocket(RouteSocket route) {
    this.route = route;
  }

  /// What one wiring remembers for as long as the socket is open. It finds its own by its type.
  public interface Memory {}

  /// Opens one in the calling thread's namespace.
  public static PodSocket open() throws IOException {
    return new PodSocket(RouteSocket.open());
  }

  /// Still owned by this object.
  public RouteSocket route() {
    return route;
  }

  /// All that was remembered.
  public List<Memory> memories() {
    return memories;
  }

  /// Keeps one.
  public void remember(Memory memory) {
    memories.add(memory);
  }

  @Override
  public void close() throws IOException {
    route.close();
  }
}
