package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.Quoted;

/// A map as the caller wants it, or as it is. In C, as the section `maps` of an object file has it,
/// 20 bytes per map:
///
/// ```
/// struct bpf_map_def { __u32 type, key_size, value_size, max_entries, map_flags; };
/// ```
///
/// @param name 1 to 15 characters of `A-Za-z0-9_.`: all that the kernel keeps
/// @param type `BPF_MAP_TYPE_…`
/// @param keySize in bytes; 4 of an array, whose keys are indexes
/// @param valueSize in bytes; of a per-CPU map that of one CPU's value
/// @param maxEntries of an array, the number of its elements, which always exist
/// @param flags `BPF_F_…` of `BPF_MAP_CREATE`
public record MapSpec(
    String name, int type, int keySize, int valueSize, int maxEntries, int flags) {
  // include/uapi/linux/bpf.h
  public static final int BPF_MAP_TYPE_HASH = 1;
  public static final int BPF_MAP_TYPE_ARRAY = 2;
  public static final int BPF_MAP_TYPE_PERCPU_HASH = 5;
  public static final int BPF_MAP_TYPE_PERCPU_ARRAY = 6;
  public static final int BPF_MAP_TYPE_LRU_HASH = 9;

  static final int BPF_OBJ_NAME_LEN = 16; // with the zero byte
  private static final int LARGEST_SIZE = 1 << 20;

  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException when a value is out of its range; what else the kernel may
  ///   refuse depends on the type
  public MapSpec {
    checkName(name, "map");
    if (keySize < 1 || keySize > LARGEST_SIZE || valueSize < 1 || valueSize > LARGEST_SIZE) {
      throw new IllegalArgumentException(
          "map "
              + name
              + " with keys of "
              + keySize
              + " and values of "
              + valueSize
              + " bytes; expected 1 to 1048576");
    }
    if (maxEntries < 1) {
      throw new IllegalArgumentException("map " + name + " without room for an element");
    }
  }

  /// Whether every possible CPU has a value of its own.
  boolean isPerCpu() {
    return type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_PERCPU_HASH;
  }

  static String checkName(String name, String what) {
    boolean right = !name.isEmpty() && name.length() < BPF_OBJ_NAME_LEN;
    for (int i = 0; right && i < name.length(); i++) {
      char c = name.charAt(i);
      right =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '.';
    }
    if (!right) {
      throw new IllegalArgumentException(
          what + " name " + Quoted.of(name) + "; expected 1 to 15 letters, digits, \"_\" or \".\"");
    }
    return name;
  }
}
