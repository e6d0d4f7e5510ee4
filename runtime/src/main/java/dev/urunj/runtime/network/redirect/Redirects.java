package dev.urunj.runtime.network.redirect;

import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.Mirror;
import dev.urunj.linux.netlink.Redirect;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.runtime.network.PodFilters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Our filters on a link's ingress: how they are marked, found again and removed alone.
///
/// There are two of one priority. Answers of DHCP go to the link's own stack, with a copy to the
/// TAP; all else goes to the TAP. A filter is ours when priority, the low 12 bits of its handle and
/// its action's cookie are ours. The cookie also says whether the qdisc came with it, so that a
/// command that finds the filter without its journal knows what to put back. The qdisc is removed
/// only when no other program has put a filter into it.
final class Redirects {
  static final int NODE = 0x75a;

  /// Smaller than [#NODE], so the kernel asks it first.
  static final int DHCP_NODE = 0x759;

  /// Whose the qdisc of a filter is.
  enum Bed {
    /// An `ingress` that goes once nothing is in it, which is all that older versions had.
    INGRESS('1', "ingress"),
    /// A `clsact` that came with the filter.
    CLSACT('2', "clsact"),
    /// One that was there.
    FOREIGN('3', null);

    private final char mark; // the last character of the cookie
    private final @Nullable String kind;

    Bed(char mark, @Nullable String kind) {
      this.mark = mark;
      this.kind = kind;
    }
  }

  private static final String COOKIE = "urunj redirect ";

  /// What a DHCP server or a relay sends to a client, which in a pod listens by a packet socket: an
  /// IPv4 packet without options that is no fragment, of UDP, to port 68.
  private static final List<Mirror.Key> DHCP =
      List.of(
          new Mirror.Key(-4, 0xffff, 0x0800),
          new Mirror.Key(0, 0xff00_0000, 0x4500_0000),
          new Mirror.Key(4, 0x3fff, 0),
          new Mirror.Key(8, 0x00ff_0000, 0x0011_0000),
          new Mirror.Key(20, 0xffff, 68));

  private static final int GONE = PodFilters.GONE;

  private final RouteSocket socket;
  private final PodFilters filters;

  Redirects(RouteSocket socket) {
    this.socket = socket;
    this.filters = new PodFilters(socket);
  }

  /// All that comes in on a link goes out on another one.
  void add(int linkIndex, int targetIndex, Bed bed) throws IOException {
    socket.addRedirect(filter(linkIndex, NODE, targetIndex, bed));
  }

  /// The same for the pod's interface, whose own stack gets the answers of DHCP. They come first,
  /// because alone they change nothing for the pod.
  void addToGuest(int linkIndex, int tapIndex, Bed bed) throws IOException {
    socket.addMirror(new Mirror(filter(linkIndex, DHCP_NODE, tapIndex, bed), DHCP));
    add(linkIndex, tapIndex, bed);
  }

  /// Removes our filter from a link's ingress to a TAP, and our filters whose TAP is gone, because
  /// those swallow what they get. One that leads to another living TAP belongs to a successor.
  void remove(int linkIndex, int tapIndex) throws IOException {
    filters.removeAll(linkIndex, new LeadingTo(tapIndex));
  }

  /// Removes those of our filters whose TAP is gone, and the qdisc that came with them unless a
  /// filter is left in it.
  void removeDead(int linkIndex) throws IOException {
    String kind = null;
    if (filters.qdiscOf(linkIndex) != null) {
      for (Filter filter : socket.filters(linkIndex, Filter.INGRESS)) {
        if (isOurs(filter) && PodFilters.targetOf(filter) == GONE) {
          kind = qdiscOf(filter);
        }
      }
    }
    filters.removeAll(linkIndex, new LeadingTo(GONE));
    if (kind != null) {
      filters.removeEmpty(linkIndex, kind);
    }
  }

  /// The kind of the qdisc that came with a filter of ours; null when it was there before.
  private static @Nullable String qdiscOf(Filter filter) {
    byte[] cookie = filter.cookie();
    String kind = null;
    for (Bed bed : Bed.values()) {
      kind = bed.mark == cookie[cookie.length - 1] ? bed.kind : kind;
    }
    return kind;
  }

  /// Whether one of our filters on a link leads to a TAP that is gone.
  boolean hasDead(int linkIndex) throws IOException {
    return filters.hasAny(linkIndex, new LeadingTo(GONE));
  }

  /// Whether [#remove] would find anything.
  boolean has(int linkIndex, int tapIndex) throws IOException {
    return filters.hasAny(linkIndex, new LeadingTo(tapIndex));
  }

  /// Ours that lead to a link, or whose link is gone.
  private static final class LeadingTo implements Predicate<Filter> {
    private final int target;

    LeadingTo(int target) {
      this.target = target;
    }

    @Override
    public boolean test(Filter filter) {
      int actual = PodFilters.targetOf(filter);
      return isOurs(filter) && (actual == target || actual == GONE);
    }
  }

  private static Redirect filter(int linkIndex, int node, int targetIndex, Bed bed) {
    byte[] cookie = (COOKIE + bed.mark).getBytes(StandardCharsets.US_ASCII);
    return new Redirect(linkIndex, Filter.INGRESS, PodFilters.PRIORITY, node, targetIndex, cookie);
  }

  /// Whether a filter is one of the two that lead to a TAP.
  static boolean isOurs(Filter filter) {
    return isRedirect(filter) || isOurs(filter, DHCP_NODE);
  }

  /// Whether a filter is the one that leads a link's frames to another link.
  static boolean isRedirect(Filter filter) {
    return isOurs(filter, NODE);
  }

  private static boolean isOurs(Filter filter, int node) {
    for (Bed bed : Bed.values()) {
      if (filter.isSameAs(filter(filter.linkIndex(), node, GONE, bed))) {
        return true;
      }
    }
    return false;
  }
}
