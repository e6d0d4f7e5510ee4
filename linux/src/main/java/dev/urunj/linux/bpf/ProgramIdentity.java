package dev.urunj.linux.bpf;

import java.util.List;

/// What the kernel says of a loaded program; `struct bpf_prog_info`.
///
/// @param id its number, unique while this kernel runs until it wraps
/// @param type `BPF_PROG_TYPE_…`, 3 for a classifier of traffic control
/// @param tag 16 hexadecimal digits of a hash over the instructions (maps left out): the same code
///   has the same tag on this kernel, whichever process loads it
/// @param name that it was loaded with; may be empty
/// @param mapIds of the maps that it uses
public record ProgramIdentity(int id, int type, String tag, String name, List<Integer> mapIds) {
  /// Copies the list.
  public ProgramIdentity {
    mapIds = List.copyOf(mapIds);
  }
}
