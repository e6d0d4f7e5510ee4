package dev.urunj.runtime.inspect;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.runtime.boot.Resolver;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.guest.CopyProgress;
import dev.urunj.runtime.guest.PodLocalhost;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.monitor.MonitorLog;
import dev.urunj.runtime.netns.RecordedIdentity;
import dev.urunj.runtime.netns.Sighting;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import dev.urunj.runtime.state.WiringRecord;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `inspect ID`: what stands between a container's guest and the world. Takes no lock, so that it
/// answers also while another command hangs; what it says of a container that is being changed may
/// be of two moments.
public final class InspectContainer {
  private final Caller caller;

  /// For the containers under the caller's root.
  public InspectContainer(Caller caller) {
    this.caller = caller;
  }

  /// Looks at a container of ours, whatever its status.
  ///
  /// @throws ContainerException when no container of ours has that id
  /// @throws IOException when its record is damaged, or the kernel refuses to be asked: EPERM
  ///   without CAP_SYS_ADMIN
  public Inspection inspect(String id) throws IOException {
    StateDirectory directory = StateDirectory.of(caller.root(), id);
    ContainerRecord record = directory.record();
    if (record == null) {
      throw directory.exists()
          ? new ContainerException(
              FailureKind.UNSUPPORTED,
              "container \"" + id + "\" is not a unikernel: the low-level runtime has its state")
          : ContainerException.doesNotExist(id);
    }
    Status status = record.currentStatus();
    NetworkRecord network = record.network();
    NamespaceSight namespace = null;
    PodSight pod = null;
    if (network != null) {
      RecordedIdentity recorded = new RecordedIdentity(network.namespace(), network.bootId());
      try (Sighting sighting = Sighting.of(caller.node().guard(), directory.pin(), recorded)) {
        namespace = sight(directory, sighting, network);
        pod = sighting.isUsable() ? read(sighting.usable(), network, directory) : null;
      }
    }
    String lastWords = status == Status.STOPPED ? MonitorLog.tail(directory.monitorLog()) : "";
    Health health = new Health(record, status, lastWords, namespace, pod);
    List<String> warnings = Warnings.of(pod);
    List<NameServer> nameServers = nameServers(directory, record, warnings);
    return new Inspection(record, status, namespace, pod, nameServers, health.hops(), warnings);
  }

  private static NamespaceSight sight(
      StateDirectory directory, Sighting sighting, NetworkRecord network) {
    return new NamespaceSight(
        directory.pin(),
        sighting.verdict(),
        sighting.reason(),
        network.namespace().inode(),
        network.namespace().cookie());
  }

  private static PodSight read(
      NetworkNamespace namespace, NetworkRecord network, StateDirectory directory)
      throws IOException {
    String inPod = "nsenter --net=" + directory.pin() + " ";
    return namespace.call(() -> PodReader.read(network, inPod));
  }

  /// As the container has them now; a guest that runs has those of its start. Why they cannot be
  /// read is a warning.
  private static List<NameServer> nameServers(
      StateDirectory directory, ContainerRecord record, List<String> warnings) {
    try {
      Spec spec = new Spec(Json.read(directory.config(), Bundle.CONFIG_LIMIT), directory.config());
      ResolvConf resolver = Resolver.of(spec, record.bundle(), new CopyProgress());
      NetworkRecord network = record.network();
      return NameServer.of(
          resolver, network == null ? PodLocalhost.NONE : localhost(network.wiring()));
    } catch (IOException e) {
      warnings.add("not known: the container's name servers: " + e.getMessage());
      return List.of();
    }
  }

  private static PodLocalhost localhost(WiringRecord wiring) {
    return new PodLocalhost(
        address(wiring.ipv4Alias()) instanceof Inet4Address ipv4 ? ipv4 : null,
        address(wiring.ipv6Alias()) instanceof Inet6Address ipv6 ? ipv6 : null);
  }

  private static @Nullable InetAddress address(@Nullable String literal) {
    try {
      return literal == null ? null : InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException _) {
      return null; // a record that was edited by hand
    }
  }
}
