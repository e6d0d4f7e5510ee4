package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A map in the kernel and a descriptor that keeps it there. Keys and values are the bytes that the
/// programs see, in host byte order where C has integers. Elements may be read and changed by
/// several threads, processes and programs at once; one element of an array is not copied
/// atomically when it is longer than 8 bytes.
///
/// `union bpf_attr` of the element commands, 32 bytes:
///
/// ```
/// u32 map_fd, u32 pad, u64 key, u64 value or next_key, u64 flags
/// ```
public final class BpfMap implements AutoCloseable {
  static final int CREATE_SIZE = 44; // up to and with map_name
  static final int ELEMENT_SIZE = 32;
  static final int MAP_INFO_SIZE = 40; // up to and with name

  private static final int NAME_OFFSET = 28;

  private final MapSpec spec;
  private final Fd fd;

  private BpfMap(MapSpec spec, Fd fd) {
    this.spec = spec;
    this.fd = fd;
  }

  /// Makes a map, all bytes zero. `union bpf_attr` of `BPF_MAP_CREATE`:
  ///
  /// ```
  /// u32 map_type, u32 key_size, u32 value_size, u32 max_entries, u32 map_flags, u32 inner_map_fd,
  /// u32 numa_node, char map_name[16]
  /// ```
  ///
  /// @throws ErrnoException `EINVAL` for what the type does not allow, `EPERM` without `CAP_BPF`
  public static BpfMap create(MapSpec spec) throws ErrnoException {
    NativeBuffer attributes = NativeBuffer.allocate(CREATE_SIZE);
    ByteBuffer bytes = attributes.bytes();
    bytes.putInt(0, spec.type()).putInt(4, spec.keySize()).putInt(8, spec.valueSize());
    bytes.putInt(12, spec.maxEntries()).putInt(16, spec.flags());
    bytes.put(NAME_OFFSET, spec.name().getBytes(StandardCharsets.US_ASCII));
    long result = BpfCall.call(BpfCall.BPF_MAP_CREATE, attributes);
    String call = "bpf(BPF_MAP_CREATE, \"" + spec.name() + "\", type " + spec.type() + ")";
    return new BpfMap(spec, BpfCall.descriptor(result, call));
  }

  /// A map that exists as long as a descriptor or a program of the kernel's holds it.
  ///
  /// @param id of [#id], [ProgramIdentity#mapIds]; unique while this kernel runs until it wraps
  /// @throws ErrnoException `ENOENT` when there is none of that id
  public static BpfMap byId(int id) throws ErrnoException {
    Fd fd = BpfCall.byId(BpfCall.BPF_MAP_GET_FD_BY_ID, "BPF_MAP_GET_FD_BY_ID", id);
    try {
      ByteBuffer info = describe(fd);
      String name = BpfCall.name(info, 24);
      MapSpec spec =
          new MapSpec(
              name.isEmpty() ? "unnamed" : name,
              info.getInt(0),
              info.getInt(8),
              info.getInt(12),
              info.getInt(16),
              info.getInt(20));
      return new BpfMap(spec, fd);
    } catch (Throwable t) {
      try (fd) {
        throw t;
      }
    }
  }

  /// What the caller wanted, or what the kernel reports of a map that was found.
  public MapSpec spec() {
    return spec;
  }

  /// The descriptor, still owned by this object.
  Fd fd() {
    return fd;
  }

  /// The kernel's number of this map.
  public int id() throws ErrnoException {
    return describe(fd).getInt(4);
  }

  /// The value of a key, null when there is none.
  ///
  /// @throws IllegalArgumentException for a key of another size
  /// @throws IllegalStateException for a per-CPU map: use [#lookupPerCpu]
  public byte @Nullable [] lookup(byte[] key) throws ErrnoException {
    if (spec.isPerCpu()) {
      throw new IllegalStateException("map " + spec.name() + " has a value per CPU");
    }
    return find(key, spec.valueSize());
  }

  /// The values of a key, one per possible CPU in the order of the CPUs; empty when there is no
  /// such key.
  ///
  /// @throws IllegalStateException for a map that is not per CPU
  public List<byte[]> lookupPerCpu(byte[] key) throws ErrnoException {
    int stride = stride();
    byte[] all = find(key, PossibleCpus.count() * stride);
    List<byte[]> values = new ArrayList<>();
    for (int at = 0; all != null && at < all.length; at += stride) {
      byte[] value = new byte[spec.valueSize()];
      System.arraycopy(all, at, value, 0, value.length);
      values.add(value);
    }
    return values;
  }

  /// Sets the value of a key, whether there was one or not; on every CPU for a per-CPU map.
  ///
  /// @throws ErrnoException `E2BIG` when a hash is full, or for an index beyond an array
  public void update(byte[] key, byte[] value) throws ErrnoException {
    if (value.length != spec.valueSize()) {
      throw new IllegalArgumentException(
          "value of " + value.length + " bytes for map " + spec.name() + " of " + spec.valueSize());
    }
    int stride = spec.isPerCpu() ? stride() : value.length;
    int copies = spec.isPerCpu() ? PossibleCpus.count() : 1;
    NativeBuffer values = NativeBuffer.allocate(copies * stride);
    for (int i = 0; i < copies; i++) {
      values.bytes().put(i * stride, value);
    }
    NativeBuffer keys = keyOf(key);
    long result = element(BpfCall.BPF_MAP_UPDATE_ELEM, keys.address(), values.address());
    Libc.keep(keys, values);
    if (result < 0) {
      throw failed("BPF_MAP_UPDATE_ELEM", result);
    }
  }

  /// Removes a key of a hash.
  ///
  /// @return false when there was none
  /// @throws ErrnoException `EINVAL` for an array, whose elements cannot be removed
  public boolean delete(byte[] key) throws ErrnoException {
    NativeBuffer keys = keyOf(key);
    long result = element(BpfCall.BPF_MAP_DELETE_ELEM, keys.address(), 0);
    Libc.keep(keys);
    if (result < 0 && result != -Errno.ENOENT) {
      throw failed("BPF_MAP_DELETE_ELEM", result);
    }
    return result == 0;
  }

  /// The key after one, null after the last. Where keys are added or removed meanwhile, some may
  /// come twice or not at all; after a key that is gone comes the first.
  ///
  /// @param key null for the first
  public byte @Nullable [] nextKey(byte @Nullable [] key) throws ErrnoException {
    NativeBuffer keys = key == null ? NativeBuffer.allocate(0) : keyOf(key);
    NativeBuffer next = NativeBuffer.allocate(spec.keySize());
    long before = key == null ? 0 : keys.address();
    long result = element(BpfCall.BPF_MAP_GET_NEXT_KEY, before, next.address());
    Libc.keep(keys, next);
    if (result == -Errno.ENOENT) {
      return null;
    }
    if (result < 0) {
      throw failed("BPF_MAP_GET_NEXT_KEY", result);
    }
    return copy(next, spec.keySize());
  }

  @Override
  public void close() throws ErrnoException {
    fd.close();
  }

  private byte @Nullable [] find(byte[] key, int size) throws ErrnoException {
    NativeBuffer value = NativeBuffer.allocate(size);
    NativeBuffer keys = keyOf(key);
    long result = element(BpfCall.BPF_MAP_LOOKUP_ELEM, keys.address(), value.address());
    Libc.keep(keys, value);
    if (result == -Errno.ENOENT) {
      return null;
    }
    if (result < 0) {
      throw failed("BPF_MAP_LOOKUP_ELEM", result);
    }
    return copy(value, size);
  }

  /// A key or value without address is none: the key before the first, the value of a deletion.
  private long element(int command, long key, long value) {
    NativeBuffer attributes = NativeBuffer.allocate(ELEMENT_SIZE);
    attributes.bytes().putInt(0, fd.number()).putLong(8, key).putLong(16, value);
    return BpfCall.call(command, attributes);
  }

  private NativeBuffer keyOf(byte[] key) {
    if (key.length != spec.keySize()) {
      throw new IllegalArgumentException(
          "key of " + key.length + " bytes for map " + spec.name() + " of " + spec.keySize());
    }
    return NativeBuffer.ofBytes(key);
  }

  /// The distance of two CPUs' values: round_up(value_size, 8).
  private int stride() {
    if (!spec.isPerCpu()) {
      throw new IllegalStateException("map " + spec.name() + " has no value per CPU");
    }
    return (spec.valueSize() + 7) & ~7;
  }

  private ErrnoException failed(String command, long result) {
    return new ErrnoException("bpf(" + command + ", \"" + spec.name() + "\")", (int) -result);
  }

  /// `struct bpf_map_info`:
  ///
  /// ```
  /// u32 type, u32 id, u32 key_size, u32 value_size, u32 max_entries, u32 map_flags, char name[16]
  /// ```
  private static ByteBuffer describe(Fd map) throws ErrnoException {
    NativeBuffer info = NativeBuffer.allocate(MAP_INFO_SIZE);
    BpfCall.describe(map, info);
    return info.bytes();
  }

  private static byte[] copy(NativeBuffer from, int size) {
    byte[] copy = new byte[size];
    from.bytes().get(0, copy);
    return copy;
  }
}
