package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import java.nio.ByteBuffer;

/// What a program made of a frame; `BPF_PROG_TEST_RUN`, whose `union bpf_attr` is:
///
/// ```
/// 0 u32 prog_fd, 4 u32 retval, 8 u32 data_size_in, 12 u32 data_size_out, 16 u64 data_in,
/// 24 u64 data_out, 32 u32 repeat, 36 u32 duration, 40 u32 ctx_size_in, 44 u32 ctx_size_out,
/// 48 u64 ctx_in, 56 u64 ctx_out
/// ```
///
/// @param verdict what it returned: `TC_ACT_OK` 0, `TC_ACT_SHOT` 2, `TC_ACT_REDIRECT` 7, …
/// @param bytes the frame afterwards
/// @param mark `skb->mark` afterwards
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
public record TestRun(int verdict, byte[] bytes, int mark) {
  // include/uapi/linux/bpf.h: struct __sk_buff
  static final int SK_BUFF_SIZE = 192;
  static final int MARK_OFFSET = 8;
  static final int IFINDEX_OFFSET = 40;
  static final int TEST_RUN_SIZE = 64;

  /// A program may add headers; the kernel refuses a frame that outgrows the room for it (ENOSPC).
  private static final int ROOM_FOR_HEADERS = 1024;

  /// Copies the bytes.
  public TestRun {
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  static TestRun of(BpfProgram program, TestFrame frame) throws ErrnoException {
    NativeBuffer in = NativeBuffer.ofBytes(frame.bytes());
    int length = frame.bytes().length;
    NativeBuffer out = NativeBuffer.allocate(length + ROOM_FOR_HEADERS);
    NativeBuffer skb = NativeBuffer.allocate(SK_BUFF_SIZE);
    skb.bytes().putInt(MARK_OFFSET, frame.mark()).putInt(IFINDEX_OFFSET, frame.linkIndex());
    NativeBuffer attributes = NativeBuffer.allocate(TEST_RUN_SIZE);
    ByteBuffer bytes = attributes.bytes();
    bytes.putInt(0, program.fd().number()).putInt(8, length).putInt(12, out.size());
    bytes.putLong(16, in.address()).putLong(24, out.address()).putInt(32, 1);
    bytes.putInt(40, SK_BUFF_SIZE).putInt(44, SK_BUFF_SIZE);
    bytes.putLong(48, skb.address()).putLong(56, skb.address());
    long result = BpfCall.call(BpfCall.BPF_PROG_TEST_RUN, attributes);
    Libc.keep(in, out, skb);
    if (result < 0) {
      throw new ErrnoException("bpf(BPF_PROG_TEST_RUN, \"" + program.name() + "\")", (int) -result);
    }
    byte[] left = new byte[Math.min(bytes.getInt(12), out.size())];
    out.bytes().get(0, left);
    return new TestRun(bytes.getInt(4), left, skb.bytes().getInt(MARK_OFFSET));
  }
}
