package dev.urunj.runtime.guest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a unikernel does not get of its container, one line each. A unikernel has one program in
/// one address space, so users, limits, capabilities and namespaces mean nothing in it; they are
/// not named here but in docs/support.md.
final class LeftOut {
  private final String kind;
  private final GuestInput input;
  private final @Nullable OneAddress one;
  private final List<String> notes = new ArrayList<>();

  /// For a guest of a kind.
  ///
  /// @param kind as people write it, for example `Mewz`
  /// @param one what the guest gets of the input's network
  LeftOut(String kind, GuestInput input, @Nullable OneAddress one) {
    this.kind = kind;
    this.input = input;
    this.one = one;
  }

  /// The lines, in the order in which they were found.
  List<String> notes() {
    return notes;
  }

  LeftOut arguments() {
    return when(!input.workload().args().isEmpty(), "the program's arguments");
  }

  LeftOut environment() {
    return when(!input.workload().env().isEmpty(), "the environment");
  }

  LeftOut initrd() {
    return when(input.initrd() != null, "the image's initrd");
  }

  /// Of every kind so far: files of the host, and settings of a Linux kernel.
  LeftOut filesAndSettings() {
    notes.addAll(input.mounts().notes());
    when(!input.mounts().order().isEmpty(), "the container's mounts");
    return when(!input.workload().sysctls().isEmpty(), "linux.sysctl");
  }

  LeftOut processors() {
    return when(input.vcpus() > 1, "processors behind the first");
  }

  LeftOut nameservers() {
    return when(one != null && !one.nameservers().isEmpty(), "the name servers");
  }

  /// Search domains behind a number of them.
  LeftOut searchBehind(int taken) {
    boolean all = taken == 0;
    return when(
        one != null && one.search().size() > taken,
        all ? "the search domains" : "search domains behind the first");
  }

  /// What of the network no kind takes: other addresses, routes and rules.
  LeftOut restOfTheNetwork() {
    GuestNetwork network = input.network();
    if (network == null) {
      return this;
    }
    if (one == null) {
      notes.add(kind + " takes no IPv6 address, and the pod has no other: it has no network");
      return this;
    }
    when(network.addresses().size() > 1, "addresses behind " + one.cidr());
    when(hasOtherRoutes(network), "routes beside the default one");
    when(network.forbids(), "routes and rules that forbid");
    if (one.gateway() != null && network.isOffSubnet(one.gateway())) {
      notes.add(
          "the gateway "
              + one.gatewayText()
              + " lies outside of "
              + one.cidr()
              + "; "
              + kind
              + " may not reach it");
    }
    return this;
  }

  private static boolean hasOtherRoutes(GuestNetwork network) {
    for (GuestNetwork.Route route : network.routes()) {
      if (route.type() == GuestNetwork.Route.UNICAST && route.prefix() != 0 && !route.isDirect()) {
        return true;
      }
    }
    return false;
  }

  private LeftOut when(boolean has, String what) {
    if (has) {
      notes.add(what + ": left out, because " + kind + " takes none");
    }
    return this;
  }
}
