package dev.urunj.linux.netlink;

/// A queueing discipline of a link; `RTM_NEWQDISC`.
///
/// @param kind `ingress`, `clsact`, `pfifo_fast`, `noqueue`, …
/// @param handle major number in the upper 16 bits; 0 for one that the kernel attached by default
/// @param parent [#INGRESS] for `ingress` and `clsact`, [#ROOT] for the root
public record Qdisc(int linkIndex, String kind, int handle, int parent) {
  // include/uapi/linux/pkt_sched.h
  static final int TC_H_ROOT = 0xffffffff;
  static final int TC_H_INGRESS = 0xfffffff1;

  public static final int ROOT = TC_H_ROOT;

  /// Where `ingress` and `clsact` sit, one of them at most.
  public static final int INGRESS = TC_H_INGRESS;
}
