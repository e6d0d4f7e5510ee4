package dev.urunj.runtime.knative;

import dev.urunj.runtime.image.NetworkMode;
import java.util.Map;

/// The containers of a Knative service's pod, by the name that containerd says they have: the
/// user's, and the proxy in front of it. Unless another network was chosen, the user's gets the
/// static one, and the proxy gets its address.
public final class Knative {
  private static final String NAME = "io.kubernetes.cri.container-name";

  private Knative() {}

  /// Whether a container is the user's.
  public static boolean isGuest(Map<String, String> annotations) {
    return "user-container".equals(annotations.get(NAME));
  }

  /// Whether a container is the proxy, of which [QueueProxy] takes care. Every create of an
  /// ordinary container asks this, so it is here and not there.
  public static boolean isProxy(Map<String, String> annotations) {
    return "queue-proxy".equals(annotations.get(NAME));
  }

  /// Whether a user's container with that mode has the static network.
  static boolean isStatic(NetworkMode mode) {
    return mode == NetworkMode.STATIC || mode == NetworkMode.AUTO;
  }
}
