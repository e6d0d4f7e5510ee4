/// rtnetlink: links, addresses, routes, neighbours, queueing disciplines and filters; nf_tables:
/// tables, chains and rules. One public value per kernel object, and for each of the two a socket
/// that reads and changes them.
///
/// Each `…Codec` beside a value knows its wire form. All integers are in host byte order unless a
/// comment says otherwise; attributes are `struct rtattr` (length u16, type u16, payload, padded to
/// 4). Sources: rtnetlink(7), netlink(7), `include/uapi/linux/{netlink,rtnetlink,pkt_sched}.h`,
/// `include/uapi/linux/netfilter/{nfnetlink,nf_tables}.h`.
@NullMarked
package dev.urunj.linux.netlink;

import org.jspecify.annotations.NullMarked;
