package dev.urunj.linux.bpf;

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
record TestRun(int verdict, byte[] bytes, int mark) {
  // include/uapi/linux/bpf.h: struct __sk_buff
  static final int SK_BUFF_SIZE = 192;
  static final int MARK_OFFSET = 8;
  static final int IFINDEX_OFFSET = 40;
  static final int TEST_RUN_SIZE = 64;

  /// Copies the bytes.
  TestRun {
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }
}
