package dev.urunj.runtime.network;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.Qdisc;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The filters of a pod's links, whose ever they are, and the qdiscs that they lie in. A qdisc of
/// ours is removed only when no other program has put a filter into it.
public final class PodFilters {
  /// Of all our filters: those of a lower number see a frame before ours do.
  public static final int PRIORITY = 0x7572; // "ur"

  /// What mirred reports as target once the link is gone; no link has this index.
  public static final int GONE = 0;

  private static final int NOT_A_REDIRECT = -1;

  private final RouteSocket socket;

  /// In the namespace of a socket, which stays the caller's.
  public PodFilters(RouteSocket socket) {
    this.socket = socket;
  }

  /// The `ingress` or `clsact` qdisc of a link, if it has one.
  public @Nullable Qdisc qdiscOf(int linkIndex) throws IOException {
    for (Qdisc qdisc : socket.qdiscs(linkIndex)) {
      if (qdisc.kind().equals("ingress") || qdisc.kind().equals("clsact")) {
        return qdisc;
      }
    }
    return null;
  }

  /// Gives a link a `clsact`, unless it has one.
  public void addClsact(int linkIndex) throws IOException {
    try {
      socket.addClsact(linkIndex);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  /// Whether a filter at a link's way in is as wanted.
  public boolean hasAny(int linkIndex, Predicate<Filter> wanted) throws IOException {
    if (qdiscOf(linkIndex) == null) {
      return false;
    }
    for (Filter filter : socket.filters(linkIndex, Filter.INGRESS)) {
      if (wanted.test(filter)) {
        return true;
      }
    }
    return false;
  }

  /// Removes those filters of a link's way in.
  public void removeAll(int linkIndex, Predicate<Filter> unwanted) throws IOException {
    if (qdiscOf(linkIndex) == null) {
      return;
    }
    List<Filter> filters = socket.filters(linkIndex, Filter.INGRESS);
    for (Filter filter : filters) {
      if (unwanted.test(filter)) {
        delete(filter, isPriorityShared(filter, filters, unwanted));
      }
    }
  }

  /// Removes every filter, whatever its origin, that redirects a link's way in to one other link.
  public void removeTo(int linkIndex, int targetIndex) throws IOException {
    removeAll(
        linkIndex,
        new Predicate<Filter>() {
          @Override
          public boolean test(Filter filter) {
            return targetOf(filter) == targetIndex;
          }
        });
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

  /// With its whole priority if it is alone there, because when another `u32` priority exists at
  /// the same qdisc, the kernel keeps the priority of a deleted filter, empty, in every dump.
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

  /// Removes a link's qdisc if it is of that kind and no filter is left in it.
  ///
  /// @param kind `ingress`, or `clsact` where the journal says that it is ours
  public void removeEmpty(int linkIndex, String kind) throws IOException {
    Qdisc qdisc = qdiscOf(linkIndex);
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
    Qdisc qdisc = qdiscOf(linkIndex);
    return qdisc != null && isEmpty(qdisc, kind);
  }

  private boolean isEmpty(Qdisc qdisc, String kind) throws IOException {
    return qdisc.kind().equals(kind)
        && socket.filters(qdisc.linkIndex(), Filter.INGRESS).isEmpty()
        && (kind.equals("ingress") || socket.filters(qdisc.linkIndex(), Filter.EGRESS).isEmpty());
  }

  /// Index of the link that a filter leads to, [#GONE], or a negative number where it leads to
  /// none.
  public static int targetOf(Filter filter) {
    Integer target = filter.redirectTarget();
    return target == null ? NOT_A_REDIRECT : target;
  }

  /// tc answers with any of these when the object, its qdisc or its link went meanwhile.
  public static boolean isGone(ErrnoException e) {
    return e.errno() == Errno.ENOENT || e.errno() == Errno.ENODEV || e.errno() == Errno.EINVAL;
  }
}
