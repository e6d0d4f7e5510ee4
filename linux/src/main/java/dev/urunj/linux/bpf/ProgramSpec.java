package dev.urunj.linux.bpf;

import java.util.List;

/// A program as it stands in an object file, not loaded yet.
///
/// @param name of the C function, as a map's name
/// @param section where it stood, such as `tc/from_net`
/// @param license of the object: without "GPL" the kernel refuses some helpers
/// @param instructions `struct bpf_insn`, 8 bytes each: `u8 code, u8 dst_reg:4 src_reg:4, s16 off,
///   s32 imm`
/// @param references the instructions that need a map's descriptor
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
public record ProgramSpec(
    String name,
    String section,
    String license,
    byte[] instructions,
    List<MapReference> references) {
  static final int BPF_INSN_SIZE = 8;

  /// An instruction that loads a map's address.
  ///
  /// @param instruction its index, counted in units of 8 bytes
  /// @param map the map's name
  public record MapReference(int instruction, String map) {}

  /// Checks name and size.
  ///
  /// @throws IllegalArgumentException when there is no instruction, or a part of one, or the name
  ///   is none that the kernel takes
  public ProgramSpec {
    MapSpec.checkName(name, "program");
    if (instructions.length == 0 || instructions.length % BPF_INSN_SIZE != 0) {
      throw new IllegalArgumentException(
          "program " + name + " of " + instructions.length + " bytes; expected a multiple of 8");
    }
    instructions = instructions.clone();
    references = List.copyOf(references);
  }

  @Override
  public byte[] instructions() {
    return instructions.clone();
  }

  /// The number of instructions, of which one that takes 16 bytes counts twice.
  int instructionCount() {
    return instructions.length / BPF_INSN_SIZE;
  }
}
