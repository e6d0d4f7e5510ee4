/*
 * The answer of a router to a datagram that was too big: the ICMP error that carries its head.
 */
#ifndef POD_FABRIC_TOO_BIG_H
#define POD_FABRIC_TOO_BIG_H

#include "packet.h"

/* The Internet checksum of whole 32-bit words, at most 512 bytes. */
INLINE __be16 checksum_of(const void *words, __u32 bytes)
{
	__u64 sum = csum_diff(NULL, 0, words, bytes, 0) & 0xffffffff;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

struct icmp_message {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be32 mtu;
};

/* A datagram without options or extension headers that was too big, and its head. */
struct too_big4 {
	struct iphdr ip;
	struct icmp_message icmp;
	struct iphdr inner;
	struct udphdr udp;
};

/* The pseudo header comes after the rest, so that what is sent is one block. */
struct too_big6 {
	struct ipv6hdr ip;
	struct icmp_message icmp;
	struct ipv6hdr inner;
	struct udphdr udp;
	__be32 source[4];
	__be32 dest[4];
	__be32 length;
	__be32 next;
};

#define TOO_BIG6_SENT offsetof(struct too_big6, source)

INLINE long write_too_big4(struct __sk_buff *skb, const struct packet *p, struct too_big4 *t,
			   __u32 mtu)
{
	const __u32 head = sizeof(t->inner) + sizeof(t->udp);
	const __u32 added = sizeof(*t) - head;

	if (p->l4 != L3 + sizeof(struct iphdr))
		return -1;
	__builtin_memset(t, 0, sizeof(*t));
	if (skb_load(skb, L3, &t->inner, head) | skb_change_tail(skb, L3 + head, 0) |
	    skb_adjust_room(skb, added, BPF_ADJ_ROOM_MAC, 0))
		return -1;
	t->ip.version = 4;
	t->ip.ihl = sizeof(t->ip) / 4;
	t->ip.tot_len = NET16(sizeof(*t));
	t->ip.ttl = 64;
	t->ip.protocol = IPPROTO_ICMP;
	t->ip.saddr = p->ends.dest[3];
	t->ip.daddr = p->ends.source[3];
	t->ip.check = checksum_of(&t->ip, sizeof(t->ip));
	t->icmp.type = ICMP_DEST_UNREACH;
	t->icmp.code = ICMP_FRAG_NEEDED;
	t->icmp.mtu = NET32(mtu);
	t->icmp.checksum = checksum_of(&t->icmp, sizeof(*t) - sizeof(t->ip));
	return skb_store(skb, L3, t, sizeof(*t), 0);
}

INLINE long write_too_big6(struct __sk_buff *skb, const struct packet *p, struct too_big6 *t,
			   __u32 mtu)
{
	const __u32 head = sizeof(t->inner) + sizeof(t->udp);
	const __u32 added = TOO_BIG6_SENT - head;

	if (p->l4 != L3 + sizeof(struct ipv6hdr))
		return -1;
	__builtin_memset(t, 0, sizeof(*t));
	if (skb_load(skb, L3, &t->inner, head) | skb_change_tail(skb, L3 + head, 0) |
	    skb_adjust_room(skb, added, BPF_ADJ_ROOM_MAC, 0))
		return -1;
	t->ip.version = 6;
	t->ip.payload_len = NET16(TOO_BIG6_SENT - sizeof(t->ip));
	t->ip.nexthdr = IPPROTO_ICMPV6;
	t->ip.hop_limit = 64;
	copy_address(t->source, p->ends.dest);
	copy_address(t->dest, p->ends.source);
	__builtin_memcpy(&t->ip.saddr, t->source, 32);
	t->length = NET32(TOO_BIG6_SENT - sizeof(t->ip));
	t->next = NET32(IPPROTO_ICMPV6);
	t->icmp.type = ICMPV6_PKT_TOOBIG;
	t->icmp.mtu = NET32(mtu);
	t->icmp.checksum = checksum_of(&t->icmp, sizeof(*t) - sizeof(t->ip));
	return skb_store(skb, L3, t, TOO_BIG6_SENT, 0);
}

#endif
