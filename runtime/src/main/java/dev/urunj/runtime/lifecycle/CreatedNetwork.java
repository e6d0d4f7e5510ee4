package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.process.BootId;
import dev.urunj.linux.tap.TapSpec;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.host.Timestamps;
import dev.urunj.runtime.host.Timestamps.Moment;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.oci.Namespace;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.pod.JournalAnnouncements;
import dev.urunj.runtime.pod.NamespaceLock;
import dev.urunj.runtime.pod.PodGuests;
import dev.urunj.runtime.pod.PodNetwork;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.NetworkRecord;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// The network of a container that is being created: its namespace, resolved once, recorded and
/// pinned, and in it the TAP for its monitor. Each act is recorded before it is done, and the verb
/// takes it back.
final class CreatedNetwork implements JournalAnnouncements.TapNamed {
  private final HeldContainer held;
  private final Spec spec;
  private final MonitorChoice choice;
  private final Timestamps timestamps;

  CreatedNetwork(HeldContainer held, Spec spec, MonitorChoice choice, Timestamps timestamps) {
    this.held = held;
    this.spec = spec;
    this.choice = choice;
    this.timestamps = timestamps;
  }

  /// The namespace that the specification names, or a new one; recorded and pinned.
  NetworkNamespace openNamespace() throws IOException {
    String given = networkPath();
    NetworkNamespace namespace =
        given == null ? NetworkNamespace.create() : held.caller().node().guard().openGiven(given);
    try {
      NetworkRecord network =
          new NetworkRecord(
              given, namespace.identity(), BootId.read(), null, null, null, choice.wiring());
      held.write(held.record().with(network));
      held.directory().journal().append(new Act.Pin());
      namespace.pin(held.directory().pin());
      timestamps.mark(Moment.NAMESPACE_PINNED);
      return namespace;
    } catch (Throwable t) {
      try (namespace) {
        throw t;
      }
    }
  }

  /// The path of the specification's network namespace.
  ///
  /// @return null when the specification leaves the network to the runtime or wants the node's,
  ///   which a guest cannot share
  private @Nullable String networkPath() throws IOException {
    for (Namespace namespace : spec.namespaces()) {
      if (namespace.type().equals("network")) {
        return namespace.path();
      }
    }
    held.caller()
        .log()
        .warn(
            "config.json: linux.namespaces: names no network namespace; a guest cannot share the"
                + " node's network and gets a namespace of its own");
    return null;
  }

  /// The TAP's descriptor, which the monitor inherits, or one of nothing.
  Fd openTap(NetworkNamespace namespace) throws IOException {
    if (choice.needs().tap() == TapAccess.NONE) {
      return WaitingMonitor.nothing();
    }
    try (NamespaceLock _ = NamespaceLock.await(namespace, held.caller())) {
      return namespace.call(
          new Callable<Fd>() {
            @Override
            public Fd call() throws IOException {
              return openTapInNamespace();
            }
          });
    }
  }

  private Fd openTapInNamespace() throws IOException {
    try (PodNetwork network = PodNetwork.open()) {
      if (network().givenPath() == null) {
        network.bringLoopbackUp();
      }
      network.reconcile(null, new PodGuests(held.caller(), held.directory()));
      ProcessSpec process = spec.process();
      TapAccess access = choice.needs().tap();
      TapSpec wanted =
          new TapSpec(
              network.freeTapName(),
              (int) process.uid(),
              (int) process.gid(),
              false,
              access == TapAccess.DESCRIPTOR);
      Announcements journal = new JournalAnnouncements(held.directory().journal(), this);
      if (access == TapAccess.NAME) {
        network.makeTap(wanted, journal);
        return WaitingMonitor.nothing();
      }
      return network.openTap(wanted, journal).release();
    }
  }

  /// Records the name of the TAP, which only the pod knows.
  @Override
  public void accept(String name) throws IOException {
    held.write(held.record().with(network().withTap(name)));
  }

  private NetworkRecord network() {
    NetworkRecord network = held.record().network();
    if (network == null) {
      throw new IllegalStateException("the network is recorded before it is used");
    }
    return network;
  }
}
