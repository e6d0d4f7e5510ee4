package dev.urunj.e2e.network;

import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Site;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A CNI plugin on a [Node], called as libcni calls it: parameters in the environment, the network
/// configuration on standard input.
final class Cni {
  private final Node node;
  private final Path plugin;

  private Cni(Node node, Path plugin) {
    this.node = node;
    this.plugin = plugin;
  }

  /// The distribution's own `loopback`.
  static Cni ours(Node node) {
    return new Cni(node, Target.launcher().resolveSibling("../cni/loopback").normalize());
  }

  /// Debian's `loopback`, from containernetworking-plugins.
  static Cni debians(Node node) {
    return new Cni(node, Path.of("/usr/lib/cni/loopback"));
  }

  /// A configuration without members of its own.
  static String configuration(String version) {
    return configuration(version, "");
  }

  /// @param members more members of the object, each behind a comma
  static String configuration(String version, String members) {
    return "{\"cniVersion\":\""
        + version
        + "\",\"name\":\"net\",\"type\":\"loopback\""
        + members
        + "}";
  }

  /// Calls the plugin for a container's `lo`.
  Result call(String command, String containerId, String netns, String configuration)
      throws IOException {
    return run(
        configuration,
        "CNI_COMMAND=" + command,
        "CNI_CONTAINERID=" + containerId,
        "CNI_NETNS=" + netns,
        "CNI_IFNAME=lo",
        "CNI_ARGS=IgnoreUnknown=1",
        "CNI_PATH=" + plugin.getParent());
  }

  /// Gives a namespace an `eth0`; the plugin's result.
  ///
  /// @param site whose links the plugin makes and changes
  static String add(Site site, String type, String netns, String configuration) throws IOException {
    String script =
        "printf %s \"$1\" | CNI_COMMAND=ADD CNI_CONTAINERID=c1 CNI_NETNS=\"$2\" CNI_IFNAME=eth0"
            + " CNI_PATH=/usr/lib/cni /usr/lib/cni/"
            + type;
    return site.run("sh", "-c", script, "sh", configuration, netns).orFail();
  }

  /// Calls the plugin with just these variables.
  Result run(String configuration, String... variables) throws IOException {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("sh", "-c", "c=$1; shift; printf %s \"$c\" | env \"$@\"", "sh"));
    line.add(configuration);
    line.addAll(List.of(variables));
    line.add(plugin.toString());
    return node.run(line.toArray(String[]::new));
  }
}
