package dev.urunj.linux.netlink;

import java.util.ArrayList;
import java.util.List;

/// Changes that are sent together by [RouteSocket#change]; each is what the method of the same name
/// in [RouteSocket] does. At most 8 KiB, some 50 changes.
public final class Batch {
  private final List<Message> messages = new ArrayList<>();

  /// Nothing to change yet.
  public Batch() {}

  List<Message> messages() {
    return messages;
  }

  public Batch setUp(int index) {
    return add(LinkCodec.flags(index, Link.IFF_UP, Link.IFF_UP));
  }

  public Batch configure(int index, int mtu, boolean up) {
    return add(LinkCodec.configure(index, mtu, up));
  }

  public Batch addIngress(int linkIndex) {
    return add(QdiscCodec.addIngress(linkIndex, "ingress"));
  }

  public Batch replaceRoot(int linkIndex, String kind) {
    return add(QdiscCodec.replaceRoot(linkIndex, kind));
  }

  public Batch addRedirect(Redirect redirect) {
    return add(FilterCodec.add(redirect));
  }

  private Batch add(Message message) {
    messages.add(message);
    return this;
  }
}
