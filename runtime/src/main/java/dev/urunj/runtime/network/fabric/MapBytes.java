package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.bpf.BpfMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Keys and values of the fabric's maps, in the byte order of the machine.
final class MapBytes {
  private MapBytes() {}

  static byte[] number(int number) {
    byte[] bytes = new byte[Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(number);
    return bytes;
  }

  static int number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt();
  }

  /// All of a hash. Its size bounds the loop, even if others add and remove meanwhile.
  static List<byte[]> keys(BpfMap map) throws IOException {
    List<byte[]> keys = new ArrayList<>();
    byte[] key = map.nextKey(null);
    while (key != null && keys.size() < map.spec().maxEntries()) {
      keys.add(key);
      key = map.nextKey(key);
    }
    return keys;
  }
}
