package dev.urunj.runtime.network;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.Qdisc;
import dev.urunj.linux.netlink.Redirect;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Our filters on a link's ingress: how they are marked, found again and removed alone.
///
/// A filter is ours when priority, the low 12 bits of its handle and its action's cookie are ours.
/// A qdisc has no room for a mark, so whether it is ours is the journal's word; it is removed only
/// when nobody else has put a filter into it.
final class Redirects {
  static final int PRIORITY = 0x7572; // "ur"
  static final int NODE = 0x75a;

  private static final byte[] COOKIE = "urunj redirect 1".getBytes(StandardCharsets.US_ASCII);

  /// What mirred reports as target once the link is gone; no link has this index.
  private static final int GONE = 0;

  private static final int NOT_A_REDIRECT = -1;

  private final RouteSocket socket;

  Redirects(RouteSocket socket) {
    this.socket = socket;
  }

  /// The `ingress` or `clsact` qdisc of a link, if it has one.
  @Nullable Qdisc ingressOf(int linkIndex) throws IOException {
    for (Qdisc qdisc : socket.qdiscs(linkIndex)) {
      if (qdisc.kind().equals("ingress") || qdisc.kind().equals("clsact")) {
        return qdisc;
      }
    }
    return null;
  }

  void add(int linkIndex, int targetIndex) throws IOException {
    socket.addRedirect(redirect(linkIndex, targetIndex));
  }

  /// Removes our filter that leads from a link's ingress to a TAP, and those of ours whose TAP is
  /// gone, which swallow what they get. One that leads to another living TAP is a successor's.
  void remove(int linkIndex, int tapIndex) throws IOException {
    removeAll(
        linkIndex,
        filter -> isOurs(filter) && (targetOf(filter) == tapIndex || targetOf(filter) == GONE));
  }

  /// Removes those of our filters whose TAP is gone.
  ///
  /// @return whether there were any
  boolean removeDead(int linkIndex) throws IOException {
    return removeAll(linkIndex, filter -> isOurs(filter) && targetOf(filter) == GONE);
  }

  /// Whether one of our filters on a link leads to a TAP that is gone.
  boolean hasDead(int linkIndex) throws IOException {
    return hasAny(linkIndex, filter -> isOurs(filter) && targetOf(filter) == GONE);
  }

  /// Whether [#remove] would find anything.
  boolean has(int linkIndex, int tapIndex) throws IOException {
    return hasAny(
        linkIndex,
        filter -> isOurs(filter) && (targetOf(filter) == tapIndex || targetOf(filter) == GONE));
  }

  private boolean hasAny(int linkIndex, Predicate<Filter> wanted) throws IOException {
    if (ingressOf(linkIndex) == null) {
      return false;
    }
    for (Filter filter : socket.filters(linkIndex, Filter.INGRESS)) {
      if (wanted.test(filter)) {
        return true;
      }
    }
    return false;
  }

  /// Removes every filter, whoever added it, that redirects a link's ingress to one other link.
  void removeTo(int linkIndex, int targetIndex) throws IOException {
    removeAll(linkIndex, filter -> targetOf(filter) == targetIndex);
  }

  private boolean removeAll(int linkIndex, Predicate<Filter> unwanted) throws IOException {
    if (ingressOf(linkIndex) == null) {
      return false;
    }
    List<Filter> filters = socket.filters(linkIndex, Filter.INGRESS);
    boolean found = false;
    for (Filter filter : filters) {
      if (unwanted.test(filter)) {
        delete(filter, isPriorityShared(filter, filters, unwanted));
        found = true;
      }
    }
    return found;
  }

  /// Whether a filter that stays has the same priority.
  private static boolean isPriorityShared(
      Filter filter, List<Filter> filters, Predicate<Filter> unwanted) {
    for (Filter other : filters) {
      if (other.priority() == filter.priority() && !unwanted.test(other)) {
        return true;
      }
    }
    return false;
  }

  /// Removes a link's qdisc if it is of that kind and no filter is left in it.
  ///
  /// @param kind `ingress`, or `clsact` where the journal says that it is ours
  void removeEmpty(int linkIndex, String kind) throws IOException {
    Qdisc qdisc = ingressOf(linkIndex);
    if (qdisc == null || !isEmpty(qdisc, kind)) {
      return;
    }
    try {
      socket.deleteQdisc(qdisc);
    } catch (ErrnoException e) {
      if (!isGone(e)) {
        throw e;
      }
    }
  }

  /// Whether [#removeEmpty] would find anything.
  boolean hasEmpty(int linkIndex, String kind) throws IOException {
    Qdisc qdisc = ingressOf(linkIndex);
    return qdisc != null && isEmpty(qdisc, kind);
  }

  private boolean isEmpty(Qdisc qdisc, String kind) throws IOException {
    return qdisc.kind().equals(kind)
        && socket.filters(qdisc.linkIndex(), Filter.INGRESS).isEmpty()
        && (kind.equals("ingress") || socket.filters(qdisc.linkIndex(), Filter.EGRESS).isEmpty());
  }

  private static int targetOf(Filter filter) {
    Integer target = filter.redirectTarget();
    return target == null ? NOT_A_REDIRECT : target;
  }

  /// With its whole priority where it is alone there: when another `u32` priority exists at the
  /// same qdisc, the kernel keeps the priority of a deleted filter, empty, for everybody to see.
  private void delete(Filter filter, boolean priorityIsShared) throws IOException {
    try {
      if (priorityIsShared) {
        socket.deleteFilter(filter);
      } else {
        socket.deletePriority(filter);
      }
    } catch (ErrnoException e) {
      if (!isGone(e)) {
        throw e;
      }
    }
  }

  private static Redirect redirect(int linkIndex, int targetIndex) {
    return new Redirect(linkIndex, Filter.INGRESS, PRIORITY, NODE, targetIndex, COOKIE);
  }

  static boolean isOurs(Filter filter) {
    return filter.isSameAs(redirect(filter.linkIndex(), GONE));
  }

  /// tc answers with any of these when the object, its qdisc or its link went meanwhile.
  static boolean isGone(ErrnoException e) {
    return e.errno() == Errno.ENOENT || e.errno() == Errno.ENODEV || e.errno() == Errno.EINVAL;
  }
}
