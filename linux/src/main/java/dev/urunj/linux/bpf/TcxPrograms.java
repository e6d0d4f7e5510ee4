package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import java.util.ArrayList;
import java.util.List;

/// Programs that run at a link before the filters of any qdisc do (TCX, since Linux 6.6), and that
/// no dump of filters shows. What one of them drops or redirects never comes to a filter of ours.
///
/// `union bpf_attr` of `BPF_PROG_QUERY`, of which we use 28 bytes:
///
/// ```
/// 0 u32 target_ifindex, 4 u32 attach_type, 8 u32 query_flags, 12 u32 attach_flags,
/// 16 u64 prog_ids, 24 u32 count
/// ```
public final class TcxPrograms {
  // include/uapi/linux/bpf.h
  static final int BPF_PROG_QUERY = 16;
  static final int BPF_TCX_INGRESS = 46;
  static final int BPF_TCX_EGRESS = 47;
  static final int QUERY_SIZE = 64; // up to and with revision, in kernels that know TCX

  private static final int MOST = 64; // BPF_MPROG_MAX, include/linux/bpf_mprog.h

  private TcxPrograms() {}

  /// Those at the way in of a link of the calling thread's network namespace, by number, in the
  /// order they run in; empty too where the kernel has no TCX.
  public static List<Integer> ingress(int linkIndex) throws ErrnoException {
    return query(linkIndex, BPF_TCX_INGRESS);
  }

  /// As [#ingress], at the way out.
  public static List<Integer> egress(int linkIndex) throws ErrnoException {
    return query(linkIndex, BPF_TCX_EGRESS);
  }

  private static List<Integer> query(int linkIndex, int attachType) throws ErrnoException {
    NativeBuffer ids = NativeBuffer.allocate(MOST * Integer.BYTES);
    NativeBuffer attributes = NativeBuffer.allocate(QUERY_SIZE);
    attributes.bytes().putInt(0, linkIndex).putInt(4, attachType);
    attributes.bytes().putLong(16, ids.address()).putInt(24, MOST);
    long result = BpfCall.call(BPF_PROG_QUERY, attributes);
    Libc.keep(ids);
    if (result == -Errno.EINVAL) {
      return List.of(); // an attach type of a later kernel
    }
    if (result < 0) {
      throw new ErrnoException("bpf(BPF_PROG_QUERY, link " + linkIndex + ")", (int) -result);
    }
    List<Integer> programs = new ArrayList<>();
    int count = Math.min(MOST, attributes.bytes().getInt(24));
    for (int i = 0; i < count; i++) {
      programs.add(ids.bytes().getInt(i * Integer.BYTES));
    }
    return programs;
  }
}
