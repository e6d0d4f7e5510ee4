package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.bpf.BpfMap;
import dev.urunj.linux.bpf.BpfProgram;
import dev.urunj.linux.bpf.MapSpec;
import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.runtime.network.PodSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The maps of a fabric that stands in a pod, found by the programs that its filters run. Programs,
/// other commands and this object may change them at the same time.
///
/// Every map that is opened has the shape that this version of urunj knows. Which maps there are
/// depends on the filters, because only the program at a TAP has `taps`. Needs `CAP_SYS_ADMIN`.
final class LivingFabric implements AutoCloseable {
  private static final byte[] FIRST = new byte[Integer.BYTES];

  private final List<BpfMap> maps = new ArrayList<>();
  private final List<Integer> ids = new ArrayList<>();

  private LivingFabric() {}

  /// Opens the maps of the fabric that stands in a pod, its guests alive or not; null where there
  /// is none. The caller closes it.
  ///
  /// @throws IOException with one line when it is of another version of urunj
  static @Nullable LivingFabric in(PodSocket here) throws IOException {
    List<Integer> programs = new FabricFilters(here.route()).programs();
    return programs.isEmpty() ? null : of(programs);
  }

  /// Opens the maps of programs.
  ///
  /// @param programIds of all our filters in one pod, at least one; one that has gone meanwhile is
  ///   passed over
  /// @throws OtherFabricException when they are of another version of urunj, or belong to several
  ///   fabrics
  /// @throws ErrnoException `ENOENT` when all have gone meanwhile
  static LivingFabric of(List<Integer> programIds) throws IOException {
    LivingFabric fabric = new LivingFabric();
    try {
      List<MapSpec> known = FabricObject.read().maps();
      ErrnoException gone = null;
      for (int programId : programIds) {
        try (BpfProgram program = BpfProgram.byId(programId)) {
          fabric.addAll(program.identity().mapIds(), known);
        } catch (ErrnoException e) {
          if (e.errno() != Errno.ENOENT) {
            throw e;
          }
          gone = e;
        }
      }
      if (gone != null && fabric.maps.isEmpty()) {
        throw gone;
      }
      return fabric;
    } catch (Throwable t) {
      try (fabric) {
        throw t;
      }
    }
  }

  private void addAll(List<Integer> mapIds, List<MapSpec> known) throws IOException {
    for (int mapId : mapIds) {
      if (!ids.contains(mapId)) {
        add(BpfMap.byId(mapId), known);
        ids.add(mapId);
      }
    }
  }

  private void add(BpfMap map, List<MapSpec> known) throws IOException {
    maps.add(map); // closed with this object, whatever comes
    MapSpec is = map.spec();
    MapSpec expected = null;
    for (MapSpec one : known) {
      expected = one.name().equals(is.name()) ? one : expected;
    }
    if (expected == null || !isAlike(is, expected)) {
      throw new OtherFabricException(
          "the fabric of this pod is of another version of urunj: its map "
              + is.name()
              + " is "
              + shape(is)
              + "; expected "
              + (expected == null ? "no such map" : shape(expected)));
    }
    if (find(is.name()) != map) {
      throw new OtherFabricException("the filters of this pod belong to several fabrics");
    }
  }

  private static boolean isAlike(MapSpec one, MapSpec other) {
    return one.type() == other.type()
        && one.keySize() == other.keySize()
        && one.valueSize() == other.valueSize()
        && one.maxEntries() == other.maxEntries()
        && one.flags() == other.flags();
  }

  private static String shape(MapSpec map) {
    return "of type "
        + map.type()
        + " with "
        + map.maxEntries()
        + " times "
        + map.keySize()
        + " and "
        + map.valueSize()
        + " bytes";
  }

  /// What the programs know of the pod.
  FabricSettings settings() throws IOException {
    byte[] bytes = map("settings").lookup(FIRST);
    return FabricSettings.readFrom(bytes == null ? new byte[0] : bytes);
  }

  void write(FabricSettings settings) throws IOException {
    map("settings").update(FIRST, settings.toBytes());
  }

  /// The guests that were announced to the programs and not taken back, by slot. One whose TAP is
  /// gone may be among them.
  List<FabricGuest> guests() throws IOException {
    List<FabricGuest> guests = new ArrayList<>();
    BpfMap map = map("guests");
    for (int slot = 0; slot < FabricGuest.MOST; slot++) {
      byte[] bytes = map.lookup(MapBytes.number(slot));
      FabricGuest guest = bytes == null ? null : FabricGuest.readFrom(slot, bytes);
      if (guest != null) {
        guests.add(guest);
      }
    }
    return guests;
  }

  /// The addresses that guests have and that the pod's interface had when they started, in no
  /// order; empty where the programs are of a version that did not ask.
  List<InetAddress> sharedAddresses() throws IOException {
    BpfMap map = find("addresses");
    return map == null ? List.of() : new HeldAddresses(map).byPod();
  }

  /// The ports that guests have declared, in no order.
  List<FabricPort.Owned> ports() throws IOException {
    List<FabricPort.Owned> ports = new ArrayList<>();
    BpfMap map = map("ports");
    for (byte[] key : MapBytes.keys(map)) {
      byte[] slot = map.lookup(key);
      if (slot != null) {
        ports.add(new FabricPort.Owned(FabricPort.readFrom(key), MapBytes.number(slot)));
      }
    }
    return ports;
  }

  /// All counters, in their order, summed over the processors.
  List<FabricCounter.Traffic> counters() throws IOException {
    List<FabricCounter.Traffic> counters = new ArrayList<>();
    BpfMap map = map("counters");
    int index = 0;
    for (FabricCounter counter : FabricCounter.values()) {
      long packets = 0;
      long bytes = 0;
      for (byte[] one : map.lookupPerCpu(MapBytes.number(index++))) {
        ByteBuffer traffic = ByteBuffer.wrap(one).order(ByteOrder.nativeOrder());
        packets += traffic.getLong(0);
        bytes += traffic.getLong(8);
      }
      counters.add(new FabricCounter.Traffic(counter, packets, bytes));
    }
    return counters;
  }

  /// Still owned by this object.
  List<BpfMap> maps() {
    return maps;
  }

  /// Still owned by this object.
  BpfMap map(String name) throws IOException {
    BpfMap map = find(name);
    if (map == null) {
      throw new IOException("the fabric's map " + name + " is not known to the filters that stand");
    }
    return map;
  }

  /// Still owned by this object.
  @Nullable BpfMap find(String name) {
    for (BpfMap map : maps) {
      if (map.spec().name().equals(name)) {
        return map;
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    ErrnoException failure = null;
    for (BpfMap map : maps) {
      try {
        map.close();
      } catch (ErrnoException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
