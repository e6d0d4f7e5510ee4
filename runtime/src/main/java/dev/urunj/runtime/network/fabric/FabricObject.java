package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.bpf.BpfObject;
import dev.urunj.runtime.payload.Payload;
import java.io.IOException;

/// The fabric's programs and maps as the build has compiled them from `src/main/c`, not loaded.
final class FabricObject {
  private FabricObject() {}

  static BpfObject read() throws IOException {
    return BpfObject.parse(Payload.POD_FABRIC.bytes());
  }
}
