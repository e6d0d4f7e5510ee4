package dev.urunj.linux.netlink;

import dev.urunj.linux.errno.ErrnoException;
import java.util.List;

/// A socket to nf_tables, the packet filter of one network namespace; needs neither nft(8) nor
/// iptables(8).
///
/// As [RouteSocket]: it belongs to the namespace the opening thread was in, may be used from any
/// thread afterwards, one at a time, and waits for the kernel. A [NetlinkException] is what the
/// kernel refused: `EPERM` without `CAP_NET_ADMIN`; `EOPNOTSUPP` or `EINVAL` from a kernel without
/// nf_tables.
///
/// Tables of others, those of iptables among them, stay as they are, because each program names its
/// own tables, and what a table decides adds to what others decide.
public final class NetfilterSocket implements AutoCloseable {
  private final NetlinkSocket socket;

  private NetfilterSocket(NetlinkSocket socket) {
    this.socket = socket;
  }

  /// Opens a socket in the calling thread's network namespace.
  ///
  /// @throws ErrnoException `EPROTONOSUPPORT` from a kernel without netfilter
  public static NetfilterSocket open() throws ErrnoException {
    return new NetfilterSocket(NetlinkSocket.open(NetlinkSocket.NETLINK_NETFILTER));
  }

  /// All tables, of all families. Same as: `nft list tables`
  public List<NetfilterTable> tables() throws ErrnoException {
    return socket.dump(NetfilterCodec.tables(), NetfilterCodec::readTable);
  }

  /// The rules of a table, by chains in their order; empty when there is no such table. Same as:
  /// `nft -a list table $family $name`
  public List<InstalledRule> rules(NetfilterTable table) throws ErrnoException {
    return socket.dump(NetfilterCodec.rules(table), NetfilterCodec::readRule);
  }

  /// Makes all changes at once, or none.
  ///
  /// @throws NetlinkException for the first change that the kernel refused, named in the message;
  ///   what it refused behind that one is suppressed in it
  /// @throws IllegalArgumentException for a batch without a change
  public void commit(NetfilterBatch batch) throws ErrnoException {
    if (batch.changes().isEmpty()) {
      throw new IllegalArgumentException("a batch without a change");
    }
    socket.changeAll(NetfilterCodec.begin(), batch.changes(), NetfilterCodec.end());
  }

  @Override
  public void close() throws ErrnoException {
    socket.close();
  }
}
