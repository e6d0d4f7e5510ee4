package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What this kernel lets this process do with BPF, found out by trying, because versions say
/// little: distributions backport features, and configurations leave them out. Each question loads
/// a tiny program (about 0.1 ms) and keeps nothing.
final class BpfProbe {
  // include/uapi/linux/bpf.h, enum bpf_func_id
  static final int BPF_FUNC_SK_LOOKUP_UDP = 85; // since Linux 4.20
  static final int BPF_FUNC_SKC_LOOKUP_TCP = 99; // since Linux 5.2

  private static final byte BPF_MOV64_K = (byte) 0xb7; // uapi/linux/bpf_common.h, bpf.h
  private static final byte BPF_CALL = (byte) 0x85;
  private static final byte BPF_EXIT = (byte) 0x95;

  private BpfProbe() {}

  /// Why no classifier can be loaded: `EPERM` without the rights, or locked down; `EINVAL` or
  /// `ENOSYS` from a kernel without BPF or traffic control. Null when one can.
  static @Nullable ErrnoException classifierRefusal() {
    try {
      attempt(returning());
      return null;
    } catch (ErrnoException e) {
      return e;
    }
  }

  /// Whether classifiers may call a helper. False also where none can be loaded at all.
  ///
  /// A call without arguments is always refused; the verifier says of what it does not know that it
  /// does not know it.
  ///
  /// @param helper its number, `BPF_FUNC_…`
  static boolean hasHelper(int helper) {
    try {
      attempt(calling(helper));
      return true; // one without arguments
    } catch (VerifierException e) {
      String log = e.log();
      return !log.contains("invalid func ")
          && !log.contains("unknown func ")
          && !log.contains("program of this type cannot use helper ");
    } catch (ErrnoException e) {
      return false;
    }
  }

  private static void attempt(byte[] instructions) throws ErrnoException {
    BpfProgram.load(new ProgramSpec("probe", "", "GPL", instructions, List.of()), List.of())
        .close();
  }

  /// `r0 = 0; exit`
  private static byte[] returning() {
    ByteBuffer code = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    return code.put(0, BPF_MOV64_K).put(8, BPF_EXIT).array();
  }

  /// `call helper; r0 = 0; exit`
  private static byte[] calling(int helper) {
    ByteBuffer code = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    code.put(0, BPF_CALL).putInt(4, helper).put(8, BPF_MOV64_K).put(16, BPF_EXIT);
    return code.array();
  }
}
