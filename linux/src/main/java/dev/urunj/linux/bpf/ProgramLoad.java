package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `BPF_PROG_LOAD`. `union bpf_attr`, of which we use 72 bytes:
///
/// ```
/// 0 u32 prog_type, 4 u32 insn_cnt, 8 u64 insns, 16 u64 license, 24 u32 log_level, 28 u32 log_size,
/// 32 u64 log_buf, 40 u32 kern_version, 44 u32 prog_flags, 48 char prog_name[16],
/// 64 u32 prog_ifindex, 68 u32 expected_attach_type
/// ```
///
/// We ask for the log only when the kernel has refused the program, because writing it makes the
/// verifier several times slower.
final class ProgramLoad {
  static final int BPF_PROG_TYPE_SCHED_CLS = 3; // include/uapi/linux/bpf.h
  static final int BPF_PSEUDO_MAP_FD = 1;
  static final int LOAD_SIZE = 72;

  private static final int LOG_BYTES = 128 * 1024;
  private static final int LARGEST_LOG_BYTES = 0xffffff; // UINT_MAX >> 8, before Linux 5.2

  private ProgramLoad() {}

  static Fd load(ProgramSpec spec, List<BpfMap> maps) throws ErrnoException {
    NativeBuffer instructions = linked(spec, maps);
    NativeBuffer license = NativeBuffer.ofString(spec.license());
    NativeBuffer attributes = NativeBuffer.allocate(LOAD_SIZE);
    ByteBuffer bytes = attributes.bytes();
    bytes.putInt(0, BPF_PROG_TYPE_SCHED_CLS).putInt(4, spec.instructionCount());
    bytes.putLong(8, instructions.address()).putLong(16, license.address());
    bytes.put(48, spec.name().getBytes(StandardCharsets.US_ASCII));
    long result = BpfCall.call(BpfCall.BPF_PROG_LOAD, attributes);
    if (result < 0 && result != -Errno.EPERM) {
      result = loadWithLog(spec, attributes);
    }
    Libc.keep(instructions, license, maps);
    return BpfCall.descriptor(result, call(spec));
  }

  /// Once more, to hear why.
  private static long loadWithLog(ProgramSpec spec, NativeBuffer attributes)
      throws VerifierException {
    for (int size = LOG_BYTES; ; size = Math.min(8 * size, LARGEST_LOG_BYTES)) {
      NativeBuffer log = NativeBuffer.allocate(size);
      attributes.bytes().putInt(24, 1).putInt(28, size).putLong(32, log.address());
      long result = BpfCall.call(BpfCall.BPF_PROG_LOAD, attributes);
      Libc.keep(log);
      if (result == -Errno.ENOSPC && size < LARGEST_LOG_BYTES) {
        continue; // the log was cut short
      }
      String text = result < 0 ? textOf(log) : "";
      if (text.isEmpty()) {
        return result;
      }
      throw new VerifierException(call(spec), (int) -result, text);
    }
  }

  private static String textOf(NativeBuffer log) {
    int length = 0;
    while (length < log.size() && log.bytes().get(length) != 0) {
      length++;
    }
    byte[] text = new byte[length];
    log.bytes().get(0, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /// The instructions with the descriptors of the maps: `src_reg` says that `imm` is one.
  private static NativeBuffer linked(ProgramSpec spec, List<BpfMap> maps) {
    NativeBuffer linked = NativeBuffer.ofBytes(spec.instructions());
    for (ProgramSpec.MapReference reference : spec.references()) {
      ByteBuffer bytes = linked.bytes().order(ByteOrder.LITTLE_ENDIAN);
      int at = reference.instruction() * ProgramSpec.BPF_INSN_SIZE;
      byte registers = bytes.get(at + 1);
      bytes.put(at + 1, (byte) ((registers & 0xf) | BPF_PSEUDO_MAP_FD << 4));
      bytes.putInt(at + 4, map(reference.map(), maps).fd().number());
    }
    return linked;
  }

  private static BpfMap map(String name, List<BpfMap> maps) {
    for (BpfMap map : maps) {
      if (map.spec().name().equals(name)) {
        return map;
      }
    }
    throw new IllegalArgumentException("no map " + name);
  }

  private static String call(ProgramSpec spec) {
    return "bpf(BPF_PROG_LOAD, \"" + spec.name() + "\")";
  }
}
