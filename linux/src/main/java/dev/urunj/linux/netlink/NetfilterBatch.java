package dev.urunj.linux.netlink;

import java.util.ArrayList;
import java.util.List;

/// Changes of nf_tables that are made together or not at all, in their order.
///
/// `(addTable | replaceTable | deleteTable | addChain | addRule)+` and then
/// [NetfilterSocket#commit]. Not for use by several threads.
public final class NetfilterBatch {
  private final List<Message> changes = new ArrayList<>();

  /// An empty batch.
  public NetfilterBatch() {}

  /// `EEXIST` when there is one of that family and name. Same as: `nft create table $family $name`
  public NetfilterBatch addTable(NetfilterTable table) {
    changes.add(NetfilterCodec.addTable(table, true));
    return this;
  }

  /// A table with nothing in it, whatever there was before. No reader sees the moment between. Same
  /// as: `nft 'add table $name; delete table $name; add table $name'`
  public NetfilterBatch replaceTable(NetfilterTable table) {
    changes.add(NetfilterCodec.addTable(table, false));
    changes.add(NetfilterCodec.deleteTable(table));
    return addTable(table);
  }

  /// With all its chains and rules. `ENOENT` when there is none. Same as: `nft delete table …`
  public NetfilterBatch deleteTable(NetfilterTable table) {
    changes.add(NetfilterCodec.deleteTable(table));
    return this;
  }

  /// `EOPNOTSUPP` for a type that does not go with the hook, `ENOENT` for one that this kernel does
  /// not have. Same as: `nft add chain $table $name { type … hook … priority …; policy accept; }`
  public NetfilterBatch addChain(NetfilterTable table, NetfilterChain chain) {
    changes.add(NetfilterCodec.addChain(table, chain));
    return this;
  }

  /// Behind the rules that the chain has. `EOPNOTSUPP` for an expression in a chain where it has no
  /// meaning, `ENOENT` for one that this kernel does not have. Same as: `nft add rule …`
  ///
  /// @throws IllegalArgumentException for an address that is not of the table's family
  public NetfilterBatch addRule(NetfilterTable table, String chain, NetfilterRule rule) {
    changes.add(NetfilterCodec.addRule(table, chain, rule));
    return this;
  }

  List<Message> changes() {
    return changes;
  }
}
