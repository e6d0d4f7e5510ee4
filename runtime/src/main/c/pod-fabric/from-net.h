/*
 * tc/from_net: frames that arrive on the pod's interface.
 */
#ifndef POD_FABRIC_FROM_NET_H
#define POD_FABRIC_FROM_NET_H

#include "alias.h"
#include "fragments.h"
#include "guests.h"
#include "maps.h"
#include "neighbour.h"
#include "sockets.h"
#include <linux/if_packet.h>

#define DHCP_CLIENT NET16(68)

INLINE int net_to_both(struct __sk_buff *skb)
{
	clone_to_guests(skb);
	return counted(skb, NET_TO_BOTH, PASS);
}

INLINE int net_to_guest(struct __sk_buff *skb, __u32 slot)
{
	const struct guest *guest = living_guest(skb, slot);

	if (!guest)
		return counted(skb, NET_WITHOUT_GUEST, PASS);
	count(skb, NET_TO_GUEST);
	return redirect(guest->ifindex, 0);
}

/* To the guest of a slot, and to the pod, whose stack will not answer; see
 * pod-fabric.bpf.c. */
INLINE int net_to_both_quietly(struct __sk_buff *skb, __u32 slot)
{
	const struct guest *guest = living_guest(skb, slot);

	if (!guest)
		return counted(skb, NET_WITHOUT_GUEST, PASS);
	clone_redirect(skb, guest->ifindex, 0);
	skb_change_type(skb, PACKET_MULTICAST);
	return counted(skb, NET_TO_BOTH, PASS);
}

/* Who has an address: HELD_BY_*. */
INLINE __u32 holders_of(const __be32 address[4], const struct family *family)
{
	const __u32 *holders;

	if ((family->flags & FAMILY_ON) && same_address(address, family->pod))
		return HELD_BY_GUESTS | HELD_BY_POD;
	holders = map_lookup(&addresses, address);
	return holders ? *holders : 0;
}

/* Who asks for an address of the pod's is answered by the pod, guest up or not. All else both must
 * hear: answers, because both asked with the same address, and announcements. */
INLINE __u32 arp_from_net(struct __sk_buff *skb, const struct settings *settings)
{
	__be16 operation = 0;
	__be32 target[4] = {};

	skb_load(skb, L3 + offsetof(struct arp, operation), &operation, sizeof(operation));
	skb_load(skb, L3 + offsetof(struct arp, target), &target[3], sizeof(target[3]));
	if (operation == ARP_REQUEST &&
	    holders_of(target, &settings->family[FAMILY_IPV4]) & HELD_BY_POD)
		return TO_POD;
	return TO_BOTH;
}

/* The same for IPv6. If the guest were asked too, a pod that asks whether another host has its address,
 * and hears itself behind a hairpin port, would find that one has. */
INLINE int solicits_pod(struct __sk_buff *skb, const struct family *family, const struct packet *p)
{
	struct {
		__u8 type;
		__u8 code;
		__be16 checksum;
		__be32 flags;
		__be32 target[4];
	} question = {};

	return p->kind == KIND_NEWS && p->v6 &&
	       skb_load(skb, p->l4, &question, sizeof(question)) == 0 &&
	       question.type == SOLICITATION &&
	       holders_of(question.target, family) & HELD_BY_POD;
}

/* Also in a frame to one host: bridges and access points turn multicast into that. */
INLINE int is_group(const struct packet *p)
{
	if (p->v6)
		return (p->ends.dest[0] & NET32(0xff000000)) == NET32(0xff000000);
	return (p->ends.dest[3] & NET32(0xf0000000)) == NET32(0xe0000000) ||
	       p->ends.dest[3] == 0xffffffff;
}

INLINE int is_to_dhcp_client(const struct packet *p)
{
	return p->ends.dest_port == DHCP_CLIENT && p->kind == KIND_PORTS && !p->v6 &&
	       p->protocol == IPPROTO_UDP;
}

INLINE int is_ipsec(const struct packet *p)
{
	return p->protocol == IPPROTO_ESP || p->protocol == IPPROTO_AH ||
	       p->protocol == IPPROTO_COMP;
}

INLINE int uses_alias(const struct ends *ends, const struct family *family)
{
	return (family->flags & FAMILY_ON) &&
	       (is_guest_side(ends->source, family) || is_guest_side(ends->dest, family) ||
		is_pod_side(ends->source, family) || is_pod_side(ends->dest, family));
}

INLINE __u32 ports_from_net(struct __sk_buff *skb, const struct settings *settings,
			    const struct packet *p, __u32 holders)
{
	__u32 slot = TO_POD;

	if (!pod_serves(skb, &p->ends, p)) {
		if (is_to_dhcp_client(p))
			return TO_BOTH_QUIETLY;
		slot = slot_of(settings, p);
		if (!(holders & 1 << (slot & (GUESTS - 1))))
			slot = TO_POD;
	}
	remember_fragments(p, slot);
	return slot;
}

INLINE __u32 unicast_from_net(struct __sk_buff *skb, const struct settings *settings,
			      const struct family *family, const struct packet *p)
{
	__u32 holders = holders_of(p->ends.dest, family);
	const __u32 *where;

	if (!(holders & HELD_BY_GUESTS))
		return is_group(p) || is_to_dhcp_client(p) ? TO_BOTH : TO_POD;
	switch (p->kind) {
	case KIND_LATER:
		where = where_first_went(p);
		return where ? *where : TO_BOTH;
	case KIND_PORTS:
		return ports_from_net(skb, settings, p, holders);
	case KIND_ERROR:
		return TO_BOTH;
	case KIND_NEWS:
		return solicits_pod(skb, family, p) ? TO_POD : TO_BOTH;
	case KIND_REQUEST:
		remember_fragments(p, settings->default_guest);
		return settings->default_guest;
	default:
		return is_ipsec(p) ? TO_BOTH : TO_BOTH_QUIETLY;
	}
}

INLINE __u32 ip_from_net(struct __sk_buff *skb, const struct settings *settings, struct packet *p)
{
	int readable = read_packet(skb, p);
	const struct family *family = &settings->family[p->v6 ? FAMILY_IPV6 : FAMILY_IPV4];

	if (uses_alias(&p->ends, family))
		return TO_NOBODY;
	if (!readable)
		return TO_BOTH;
	if (skb->pkt_type == PACKET_MULTICAST || skb->pkt_type == PACKET_BROADCAST)
		return solicits_pod(skb, family, p) ? TO_POD : TO_BOTH;
	return unicast_from_net(skb, settings, family, p);
}

SEC("tc/from_net") int from_net(struct __sk_buff *skb)
{
	const struct settings *settings = current_settings();
	struct work *work = fresh_work();
	struct passage passage;

	if (!settings || !work)
		return PASS;
	if (in_vlan(skb))
		passage = via(settings->default_guest, 0);
	else if (skb->protocol == NET16(ETH_P_ARP))
		passage = via(arp_from_net(skb, settings), 0);
	else
		passage = via(ip_from_net(skb, settings, &work->packet), 0);
	passage = forgotten(&work->passage, passage);
	switch (passage.where) {
	case TO_POD:
		return counted(skb, NET_TO_POD, PASS);
	case TO_NOBODY:
		return counted(skb, NET_DROP_ALIAS, TC_ACT_SHOT);
	case TO_BOTH:
		return net_to_both(skb);
	case TO_BOTH_QUIETLY:
		return net_to_both_quietly(skb, settings->default_guest);
	default:
		return net_to_guest(skb, passage.where);
	}
}

#endif
