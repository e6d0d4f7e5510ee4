/*
 * tc/from_lo: packets on the pod's loopback interface.
 */
#ifndef POD_FABRIC_FROM_LO_H
#define POD_FABRIC_FROM_LO_H

#include "alias.h"
#include "fragments.h"
#include "guests.h"
#include "maps.h"
#include "sockets.h"
#include "too-big.h"
#include "write.h"

/* To an alias of the guest's: it dialled, this answers. No other host has such an address. */
INLINE struct passage answer_from_lo(const struct family *family, const struct packet *p,
				     struct ends *to)
{
	__u32 slot = NET32(p->ends.dest[3]) >> 8 & 0xff;
	__u32 low = low_byte(p->ends.dest);
	__be32 localhost[4];

	alias_of(to->source, family->guest_side, ALIAS_HOST);
	if (low == ALIAS_CLIENT && same_address(p->ends.source, family->resolver)) {
		if (p->kind != KIND_LATER)
			to->source_port = DNS;
		return via(slot, LO_RESOLVER_ANSWERS);
	}
	localhost_of(localhost, p->v6);
	if (low == ALIAS_GUEST && same_address(p->ends.source, localhost))
		return via(slot, LO_ANSWERS_GUEST);
	return via(TO_POD, 0);
}

/* To an address of the pod's, from the same: the guest's, if no socket of the pod has the port. */
INLINE __u32 dialled_on_lo(struct __sk_buff *skb, const struct settings *settings,
			   const struct packet *p)
{
	const __u32 *where;
	__u32 slot;

	if (p->kind == KIND_LATER) {
		where = where_first_went(p);
		return where ? *where : TO_POD;
	}
	if (p->kind != KIND_PORTS || pod_serves(skb, &p->ends, p))
		return TO_POD;
	slot = settings->default_guest;
	if (settings->flags & SEVERAL_GUESTS)
		slot = slot_by_port(settings, p->protocol, p->ends.dest_port);
	remember_fragments(p, slot);
	return slot;
}

INLINE struct passage lo_to_alias(struct __sk_buff *skb, const struct settings *settings,
				  const struct family *family, const struct packet *p,
				  struct ends *to)
{
	__be32 localhost[4];

	if (is_pod_side(p->ends.dest, family))
		return answer_from_lo(family, p, to);
	if (!(settings->flags & SHARE_LOCALHOST) ||
	    !same_address(p->ends.source, p->ends.dest))
		return via(TO_POD, 0);
	localhost_of(localhost, p->v6);
	if (same_address(p->ends.dest, localhost)) {
		alias_of(to->source, family->guest_side, ALIAS_LOOP);
		return via(dialled_on_lo(skb, settings, p), LO_TO_GUEST);
	}
	if (same_address(p->ends.dest, family->pod)) {
		alias_of(to->source, family->guest_side, ALIAS_SELF);
		return via(dialled_on_lo(skb, settings, p), LO_SELF_TO_GUEST);
	}
	return via(TO_POD, 0);
}

/*
 * Loopback takes datagrams of 64 KB, a TAP does not. Their sender gets the answer of a router:
 * the datagram comes back as the ICMP error that carries its head, and the next ones are sent
 * in fragments. Segments of TCP never are that long: the guest has said what it takes. Linux
 * remembers no MTU for an address of eth0's that it reaches by loopback: such a datagram goes as it
 * is, and the guest may be one that takes it.
 */
INLINE int too_big(const struct __sk_buff *skb, const struct packet *p, const struct guest *guest,
		   __u32 counter)
{
	return counter != LO_SELF_TO_GUEST && p->kind == KIND_PORTS && !p->first &&
	       p->protocol == IPPROTO_UDP && !skb->gso_segs && skb->len > guest->mtu + ETH_HLEN;
}

INLINE int tell_mtu(struct __sk_buff *skb, const struct settings *settings, struct work *work,
		    __u32 mtu)
{
	count(skb, LO_TOO_BIG);
	if (work->packet.v6 ? write_too_big6(skb, &work->packet, &work->too_big6, mtu)
			    : write_too_big4(skb, &work->packet, &work->too_big4, mtu))
		return counted(skb, DROP_REWRITE, TC_ACT_SHOT);
	return redirect(settings->lo_ifindex, BPF_F_INGRESS);
}

SEC("tc/from_lo") int from_lo(struct __sk_buff *skb)
{
	const struct settings *settings = current_settings();
	const struct family *family;
	const struct guest *guest;
	struct work *work = fresh_work();
	struct packet *packet;
	struct passage passage;
	struct ends *to;

	if (!settings || !work)
		return PASS;
	packet = &work->packet;
	to = &work->to;
	if (!read_packet(skb, packet))
		return PASS;
	family = &settings->family[packet->v6 ? FAMILY_IPV6 : FAMILY_IPV4];
	if (!(family->flags & FAMILY_ON))
		return PASS;
	*to = packet->ends;
	passage = lo_to_alias(skb, settings, family, packet, to);
	passage = forgotten(&work->passage, passage);
	if (passage.where == TO_POD)
		return PASS;
	guest = living_guest(skb, passage.where);
	if (!guest)
		return counted(skb, LO_WITHOUT_GUEST, PASS);
	if (too_big(skb, packet, guest, passage.counter))
		return tell_mtu(skb, settings, work, guest->mtu);
	copy_address(to->dest, family->pod);
	if (write_ends(skb, packet, to) | write_hardware(skb, guest->mac, settings->host_mac))
		return counted(skb, DROP_REWRITE, TC_ACT_SHOT);
	count(skb, passage.counter);
	return redirect(guest->ifindex, 0);
}

#endif
