package dev.urunj.runtime.recovery;

import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.netns.NamespaceRegistry;
import dev.urunj.runtime.netns.Sighting;
import dev.urunj.runtime.network.Leftover;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Taps;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.recovery.Finding.Kind;
import dev.urunj.runtime.recovery.Findings.Garbage;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The network namespaces that a [Sweep] comes across: those of containers and of their orphans,
/// those that operators keep, and those that others pin in the usual directories. Never the node's
/// own.
///
/// In each, our filters that lead to no TAP any more are garbage, whichever command has left them
/// there, because they swallow what their link receives. TAPs that no container has are reported.
final class SweptNamespaces implements AutoCloseable {
  private static final List<Path> PINS_OF_OTHERS =
      List.of(Path.of("/run/netns"), Path.of("/run/docker/netns"));

  private final Caller caller;
  private final Findings findings;
  private final List<NetworkNamespace> held = new ArrayList<>();
  private final List<ContainerRecord> containers = new ArrayList<>();
  private final List<NetworkNamespaceIdentity> explained = new ArrayList<>();

  SweptNamespaces(Caller caller, Findings findings) {
    this.caller = caller;
    this.findings = findings;
  }

  /// Of a namespace whose leftovers are part of another finding: its TAPs are not reported once
  /// more nor, as long as that finding was only looked at, its filters.
  void explain(Path path) {
    try (Sighting sighting = Sighting.of(caller.node().guard(), path)) {
      if (sighting.isUsable()) {
        explained.add(sighting.usable().identity());
      }
    } catch (IOException e) {
      findings.unseen(Kind.FOREIGN, path.toString(), e);
    }
  }

  /// Holds the namespace of a container in order.
  void hold(Path pin, ContainerRecord container) {
    containers.add(container);
    hold(pin);
  }

  /// Holds what a path leads to, if it is a namespace and may be looked at, until the end of the
  /// sweep.
  void hold(Path path) {
    try {
      Sighting sighting = Sighting.of(caller.node().guard(), path);
      if (sighting.isUsable() && !isHeld(sighting.usable())) {
        held.add(sighting.usable()); // which is closed with this object
      } else {
        sighting.close();
      }
    } catch (IOException e) {
      findings.unseen(Kind.FOREIGN, path.toString(), e);
    }
  }

  /// Looks into all of them.
  void sweep() {
    NamespaceRegistry registry =
        new NamespaceRegistry(caller.root(), caller.node().clock(), caller.node().guard());
    for (String name : registry.names()) {
      hold(registry.pin(name));
    }
    for (Path directory : PINS_OF_OTHERS) {
      String[] names = directory.toFile().list();
      Arrays.sort(names == null ? new String[0] : names);
      for (String name : names == null ? new String[0] : names) {
        hold(directory.resolve(name));
      }
    }
    for (NetworkNamespace namespace : held) {
      try {
        sweep(namespace);
      } catch (IOException e) {
        findings.unseen(Kind.FOREIGN, nameOf(namespace), e);
      }
    }
  }

  private void sweep(NetworkNamespace namespace) throws IOException {
    String name = nameOf(namespace);
    try (FileLock lock = FileLock.tryExclusive(namespace.fd())) {
      if (lock == null) {
        findings.left(Kind.BUSY, name, "another command is working on it");
        return;
      }
      Seen seen = namespace.call(SweptNamespaces::look);
      boolean known = isExplained(namespace.identity());
      boolean passOver = known && !findings.apply();
      for (Leftover leftover : passOver ? List.<Leftover>of() : seen.leftovers()) {
        leftover(namespace, name, leftover);
      }
      for (Link tap : known ? List.<Link>of() : seen.taps()) {
        tap(namespace.identity(), name, tap);
      }
    }
  }

  private record Seen(List<Leftover> leftovers, List<Link> taps) {}

  /// In the calling thread's namespace.
  private static Seen look() throws IOException {
    try (PodSocket here = PodSocket.open()) {
      List<Leftover> leftovers = new ArrayList<>();
      for (Wiring wiring : Wirings.all()) {
        leftovers.addAll(wiring.leftovers(here));
      }
      return new Seen(leftovers, new Taps(here.route()).all());
    }
  }

  private void leftover(NetworkNamespace namespace, String name, Leftover leftover) {
    findings.garbage(
        new Garbage(
            new Kind(leftover.kind()),
            leftover.what() + " in " + name,
            leftover.reason(),
            leftover.proof(),
            leftover.action()),
        () ->
            namespace.call(() -> {
              try (PodSocket here = PodSocket.open()) {
                leftover.removal().run(here);
                return true;
              }
            }));
  }

  private void tap(NetworkNamespaceIdentity namespace, String name, Link tap) {
    for (ContainerRecord container : containers) {
      NetworkRecord network = container.network();
      if (network != null
          && tap.name().equals(network.tap())
          && network.namespace().isSameAs(namespace)) {
        return;
      }
    }
    findings.left(
        Kind.UNKNOWN_TAP,
        tap.name() + " in " + name,
        tap.carrier()
            ? "has a carrier: a process holds it, and no container under this root is its"
            : "no journal under this root names it");
  }

  private boolean isExplained(NetworkNamespaceIdentity namespace) {
    for (NetworkNamespaceIdentity one : explained) {
      if (one.isSameAs(namespace)) {
        return true;
      }
    }
    return false;
  }

  private boolean isHeld(NetworkNamespace namespace) throws IOException {
    for (NetworkNamespace one : held) {
      if (one.isSameAs(namespace)) {
        return true;
      }
    }
    return false;
  }

  private static String nameOf(NetworkNamespace namespace) {
    try {
      return "net:[" + namespace.identity().inode() + "]";
    } catch (IOException _) {
      return "a network namespace";
    }
  }

  @Override
  public void close() throws IOException {
    try (Undo closing = new Undo()) {
      for (NetworkNamespace namespace : held) {
        closing.add(namespace::close);
      }
    }
  }
}
