/*
 * A packet gets new ends, and a frame new hardware addresses, each by one function.
 */
#ifndef POD_FABRIC_WRITE_H
#define POD_FABRIC_WRITE_H

#include "packet.h"

/* Puts one of two 16-bit numbers in the other's place, and its difference into a checksum. */
INLINE long write_port(struct __sk_buff *skb, __u32 offset, __u32 checksum, __be16 from, __be16 to,
		       __u64 flags)
{
	if (from == to)
		return 0;
	return l4_csum_replace(skb, checksum, from, to, flags | 2) |
	       skb_store(skb, offset, &to, 2, 0);
}

/*
 * What an ICMP error carries is the packet as its sender had sent it: the new ends, turned round.
 * In IPv4 a change of addresses and the matching change of the header's checksum add up to nothing,
 * so ICMP's own checksum stays; in IPv6 there is no header checksum and it does not.
 */
INLINE long write_inner(struct __sk_buff *skb, const struct packet *p, const struct ends *to,
			__u32 checksum, __s64 difference)
{
	__be32 addresses[8];
	long failed;

	copy_address(addresses, to->dest);
	copy_address(addresses + 4, to->source);
	if (p->v6) {
		failed = l4_csum_replace(skb, checksum, 0, difference, 0) |
			 skb_store(skb, p->inner + offsetof(struct ipv6hdr, saddr), addresses, 32,
				   0);
	} else {
		failed = l3_csum_replace(skb, p->inner + offsetof(struct iphdr, check), 0,
					 difference, 0) |
			 skb_store(skb, p->inner + offsetof(struct iphdr, saddr), addresses + 3, 4,
				   0) |
			 skb_store(skb, p->inner + offsetof(struct iphdr, daddr), addresses + 7, 4,
				   0);
	}
	if (p->inner_l4)
		failed |= write_port(skb, p->inner_l4, checksum, p->ends.dest_port, to->dest_port,
				     0) |
			  write_port(skb, p->inner_l4 + 2, checksum, p->ends.source_port,
				     to->source_port, 0);
	return failed;
}

/*
 * Gives the packet new ends. Checksums are changed by the difference, which is right for finished
 * ones, for those the device is to finish (CHECKSUM_PARTIAL: the helper does the pseudo header
 * only), and for 64 KB frames alike. Not for CHECKSUM_COMPLETE with IPv6, which old kernels get
 * wrong: neither a TAP nor loopback has that.
 */
INLINE long write_ends(struct __sk_buff *skb, const struct packet *p, const struct ends *to)
{
	__s64 difference = csum_diff(p->ends.source, 32, to->source, 32, 0);
	__u64 flags = p->protocol == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0;
	__u32 checksum = 0;
	long failed = 0;

	if (p->kind == KIND_PORTS)
		checksum = p->l4 + (p->protocol == IPPROTO_TCP ? offsetof(struct tcphdr, check)
							       : offsetof(struct udphdr, check));
	else if (p->protocol == IPPROTO_ICMPV6 && p->kind != KIND_LATER)
		checksum = p->l4 + ICMP_CHECKSUM;

	if (checksum)
		failed |= l4_csum_replace(skb, checksum, 0, difference, flags | BPF_F_PSEUDO_HDR);
	if (p->kind == KIND_PORTS)
		failed |= write_port(skb, p->l4, checksum, p->ends.source_port, to->source_port,
				     flags) |
			  write_port(skb, p->l4 + 2, checksum, p->ends.dest_port, to->dest_port,
				     flags);
	else if (p->kind == KIND_ERROR)
		failed |= write_inner(skb, p, to, p->l4 + ICMP_CHECKSUM,
				      difference);
	if (p->v6)
		return failed | skb_store(skb, L3 + offsetof(struct ipv6hdr, saddr), to->source, 32,
					  0);
	return failed | l3_csum_replace(skb, L3 + offsetof(struct iphdr, check), 0, difference, 0) |
	       skb_store(skb, L3 + offsetof(struct iphdr, saddr), &to->source[3], 4, 0) |
	       skb_store(skb, L3 + offsetof(struct iphdr, daddr), &to->dest[3], 4, 0);
}

/* The next receiver of the frame must find its own hardware address in it. Loopback's is zeros (NULL):
 * with another one the packet would be another host's. */
INLINE long write_hardware(struct __sk_buff *skb, const __u8 *dest, const __u8 *source)
{
	__u8 addresses[12] = {};

	if (dest) {
		__builtin_memcpy(addresses, dest, 6);
		__builtin_memcpy(addresses + 6, source, 6);
	}
	return skb_store(skb, 0, addresses, 12, 0);
}

#endif
