package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// `int bpf(int cmd, union bpf_attr *attr, unsigned int size)`, bpf(2). The kernel takes all bytes
/// behind those of a command as zero, and refuses bytes that it does not know unless they are zero.
final class BpfCall {
  // include/uapi/linux/bpf.h, enum bpf_cmd
  static final int BPF_MAP_CREATE = 0;
  static final int BPF_MAP_LOOKUP_ELEM = 1;
  static final int BPF_MAP_UPDATE_ELEM = 2;
  static final int BPF_MAP_DELETE_ELEM = 3;
  static final int BPF_MAP_GET_NEXT_KEY = 4;
  static final int BPF_PROG_LOAD = 5;
  static final int BPF_PROG_TEST_RUN = 10;
  static final int BPF_PROG_GET_FD_BY_ID = 13;
  static final int BPF_MAP_GET_FD_BY_ID = 14;
  static final int BPF_OBJ_GET_INFO_BY_FD = 15;

  private static final int BY_ID_SIZE = 12;
  private static final int BY_FD_SIZE = 16;
  private static final int ATTEMPTS = 5;

  private BpfCall() {}

  /// The result, or the negative error number.
  static long call(int command, NativeBuffer attributes) {
    long result = Libc.syscall(SyscallNumber.BPF, command, attributes.address(), attributes.size());
    // The verifier gives up with EAGAIN when a signal is pending, of which a JVM has its share.
    for (int i = 1; i < ATTEMPTS && result == -Errno.EAGAIN; i++) {
      result = Libc.syscall(SyscallNumber.BPF, command, attributes.address(), attributes.size());
    }
    Libc.keep(attributes);
    return result;
  }

  /// A descriptor, which the kernel makes close-on-exec.
  static Fd descriptor(long result, String call) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(call, (int) -result);
    }
    return Fd.adopt((int) result);
  }

  /// A new descriptor of what exists already. `u32 id, u32 next_id, u32 open_flags`
  static Fd byId(int command, String name, int id) throws ErrnoException {
    NativeBuffer attributes = NativeBuffer.allocate(BY_ID_SIZE);
    attributes.bytes().putInt(0, id);
    return descriptor(call(command, attributes), "bpf(" + name + ", " + id + ")");
  }

  /// What the kernel says of an object; `u32 bpf_fd, u32 info_len, u64 info`. Fields that are
  /// younger than the kernel stay as they are.
  static void describe(Fd object, NativeBuffer into) throws ErrnoException {
    NativeBuffer attributes = NativeBuffer.allocate(BY_FD_SIZE);
    attributes.bytes().putInt(0, object.number()).putInt(4, into.size()).putLong(8, into.address());
    long result = call(BPF_OBJ_GET_INFO_BY_FD, attributes);
    Libc.keep(into);
    if (result < 0) {
      throw new ErrnoException(
          "bpf(BPF_OBJ_GET_INFO_BY_FD, " + object.number() + ")", (int) -result);
    }
  }

  /// A name in a field of 16 bytes.
  static String name(ByteBuffer bytes, int offset) {
    byte[] name = new byte[MapSpec.BPF_OBJ_NAME_LEN];
    bytes.get(offset, name);
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, StandardCharsets.US_ASCII);
  }
}
