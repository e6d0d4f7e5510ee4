package dev.urunj.linux.netlink;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A filter at a queueing discipline; `RTM_NEWTFILTER`.
///
/// @param parent as the kernel reports it: the one that the last request to add a filter there
///   named, so [#INGRESS] or `ffff:0` under an `ingress` qdisc; a filter can be deleted by it
/// @param priority 1 to 65535, the kernel asks the smaller one first
/// @param protocol `ETH_P_…` in host byte order: 3 for all
/// @param handle the whole handle, for `u32` hash table (12 bits), bucket (8 bits), node (12 bits)
/// @param redirectTarget of a `u32` filter with a `mirred` redirect or mirror: the index of the
///   link that sends the frames or their copies, 0 when that link is gone (tc(8) prints "Redirect
///   to device *"); null when it has no such action
/// @param cookie of the first action of a `u32` filter; empty when it has none
/// @param program of a `bpf` filter; null for other kinds
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
public record Filter(
    int linkIndex,
    int parent,
    int priority,
    int protocol,
    int handle,
    String kind,
    @Nullable Integer redirectTarget,
    byte[] cookie,
    @Nullable FilterProgram program) {
  // include/uapi/linux/pkt_sched.h: TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), …_EGRESS
  /// What comes in on a link, under the qdisc `ingress` or `clsact`.
  public static final int INGRESS = 0xfffffff2;

  /// What goes out, under `clsact` alone.
  public static final int EGRESS = 0xfffffff3;

  private static final int NODE_MASK = 0xfff;

  public Filter {
    cookie = cookie.clone();
  }

  @Override
  public byte[] cookie() {
    return cookie.clone();
  }

  /// The part of a `u32` handle that the caller can choose.
  int handleNode() {
    return handle & NODE_MASK;
  }

  /// Whether this filter carries the priority, node and cookie of `redirect`, at the same link. The
  /// target is not compared, it may be gone, nor the parent, which others change.
  public boolean isSameAs(Redirect redirect) {
    return linkIndex == redirect.linkIndex()
        && priority == redirect.priority()
        && handleNode() == redirect.handleNode()
        && kind.equals(Redirect.KIND)
        && Arrays.equals(cookie, redirect.cookie());
  }

  /// Whether this filter carries the priority, handle and name of `classifier`, at the same link.
  /// It does not compare the program, which may be an older one, nor the parent, because a list of
  /// filters has those of one parent alone.
  public boolean isSameAs(Classifier classifier) {
    return linkIndex == classifier.linkIndex()
        && priority == classifier.priority()
        && handle == classifier.handle()
        && program != null
        && program.name().equals(classifier.name());
  }
}
