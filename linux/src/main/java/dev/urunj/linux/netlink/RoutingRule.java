package dev.urunj.linux.netlink;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// A rule of policy routing; `RTM_NEWRULE`.
///
/// @param family 2 for IPv4, 10 for IPv6
/// @param priority the kernel asks the smaller one first
/// @param action `FR_ACT_…`: 1 to a table, 6 blackhole, 7 unreachable, 8 prohibit
/// @param table 254 for main; 0 where the action is another
/// @param destination what the packet's destination lies in, null for any
/// @param destinationLength bits
/// @param source what the packet's source lies in, null for any
/// @param sourceLength bits
/// @param selective whether something else than source and destination selects: a mark, a user, a
///   link, a port, …
public record RoutingRule(
    int family,
    int priority,
    int action,
    int table,
    @Nullable InetAddress destination,
    int destinationLength,
    @Nullable InetAddress source,
    int sourceLength,
    boolean selective) {
  // include/uapi/linux/fib_rules.h, rtnetlink.h
  public static final int FR_ACT_TO_TBL = 1;
  public static final int FR_ACT_BLACKHOLE = 6;
  public static final int FR_ACT_PROHIBIT = 8;
  public static final int RT_TABLE_DEFAULT = 253;
  public static final int RT_TABLE_LOCAL = 255;

  /// Whether it leads to one of the three tables that every namespace asks, for every packet: as
  /// the kernel's own rules do.
  public boolean isOrdinary() {
    return action == FR_ACT_TO_TBL
        && table >= RT_TABLE_DEFAULT
        && table <= RT_TABLE_LOCAL
        && destination == null
        && source == null
        && !selective;
  }

  /// Whether it forbids.
  public boolean forbids() {
    return action >= FR_ACT_BLACKHOLE && action <= FR_ACT_PROHIBIT;
  }
}
