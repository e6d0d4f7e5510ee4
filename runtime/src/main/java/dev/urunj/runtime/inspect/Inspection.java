package dev.urunj.runtime.inspect;

import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was found of one container.
///
/// @param status that callers see, of the same moment
/// @param namespace null while create has not got there
/// @param pod null where the namespace is not to be entered
/// @param nameServers of the container
/// @param hops of the way between the guest and the world, in their order
/// @param warnings about what is not broken and may do harm; escape before printing
public record Inspection(
    ContainerRecord record,
    Status status,
    @Nullable NamespaceSight namespace,
    @Nullable PodSight pod,
    List<NameServer> nameServers,
    List<Hop> hops,
    List<String> warnings) {
  public Inspection {
    nameServers = List.copyOf(nameServers);
    hops = List.copyOf(hops);
    warnings = List.copyOf(warnings);
  }

  /// Whether no hop is broken.
  public boolean isHealthy() {
    return firstBroken() == null;
  }

  /// The first hop that is broken, null when none is.
  public @Nullable Hop firstBroken() {
    for (Hop hop : hops) {
      if (hop.state() == Hop.State.BROKEN) {
        return hop;
      }
    }
    return null;
  }
}
