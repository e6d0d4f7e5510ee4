package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.bpf.BpfMap;
import dev.urunj.linux.bpf.BpfObject;
import dev.urunj.linux.bpf.BpfProgram;
import dev.urunj.linux.bpf.LoadedObject;
import dev.urunj.linux.bpf.ProgramSpec;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.runtime.network.PodInterface;
import java.io.IOException;
import java.util.List;

/// The fabric's programs in the kernel, and what they read of their maps. All shapes are those of
/// `src/main/c/pod-fabric.h`.
final class FabricPrograms {
  static final String FROM_NET = "from_net";
  static final String FROM_GUEST = "from_guest";
  static final String FROM_LO = "from_lo";

  private FabricPrograms() {}

  /// Loads them.
  ///
  /// @return the caller closes it; what a filter holds stays
  static LoadedObject load() throws IOException {
    return LoadedObject.of(FabricObject.read());
  }

  /// Tells them of the pod and of its first guest, in slot 0.
  static void fill(
      LoadedObject programs, FabricPlan plan, int loIndex, Link tap, List<HeldAddresses.Held> held)
      throws IOException {
    MacAddress mac = PodInterface.macOf(plan.pod());
    byte[] first = MapBytes.number(0); // the slot of the guest, and the index of the settings
    programs.map("settings").update(first, FabricSettings.of(plan, loIndex, mac).toBytes());
    programs
        .map("guests")
        .update(first, new FabricGuest(0, tap.index(), plan.pod().mtu(), mac).toBytes());
    programs.map("taps").update(MapBytes.number(tap.index()), first);
    new HeldAddresses(programs.map("addresses")).add(0, held);
    for (FabricPort port : plan.ports()) {
      programs.map("ports").update(port.toBytes(), first);
    }
  }

  /// Loads one of them anew, over the maps of a fabric that stands.
  ///
  /// @return the caller closes it; what a filter holds stays
  static BpfProgram load(BpfObject object, String name, LivingFabric standing) throws IOException {
    for (ProgramSpec program : object.programs()) {
      if (program.name().equals(name)) {
        for (ProgramSpec.MapReference reference : program.references()) {
          BpfMap map = standing.find(reference.map());
          if (map == null) {
            throw new OtherFabricException(
                "the fabric of this pod is of another version of urunj: it has no map "
                    + reference.map());
          }
        }
        return BpfProgram.load(program, standing.maps());
      }
    }
    throw new IOException("the pod fabric has no program " + name);
  }
}
