/*
 * Which guest a packet belongs to, and whether that guest is there.
 */
#ifndef POD_FABRIC_GUESTS_H
#define POD_FABRIC_GUESTS_H

#include "maps.h"
#include <linux/errno.h>

/*
 * The guest of a slot, if its TAP exists. A redirect to an interface that is gone drops the packet
 * without a word, but a question for its MTU gets ENODEV. The rest of that answer does not matter.
 */
INLINE const struct guest *living_guest(struct __sk_buff *skb, __u32 slot)
{
	const struct guest *guest = map_lookup(&guests, &slot);
	__u32 mtu = 0;

	if (!guest || !guest->ifindex || check_mtu(skb, guest->ifindex, &mtu, 0, 0) == -ENODEV)
		return NULL;
	return guest;
}

INLINE void clone_to_guests(struct __sk_buff *skb)
{
#pragma unroll
	for (__u32 slot = 0; slot < GUESTS; slot++) {
		__u32 key = slot;
		const struct guest *guest = map_lookup(&guests, &key);

		if (guest && guest->ifindex)
			clone_redirect(skb, guest->ifindex, 0);
	}
}

INLINE __u32 slot_by_port(const struct settings *settings, __u8 protocol, __be16 number)
{
	struct port port = {};
	__u32 *slot;

	port.protocol = protocol;
	port.number = number;
	slot = map_lookup(&ports, &port);
	return slot ? *slot : settings->default_guest;
}

INLINE void describe_flow(struct flow *flow, const struct packet *p, int from_guest)
{
	const struct ends *ends = &p->ends;

	copy_address(flow->remote, from_guest ? ends->dest : ends->source);
	flow->remote_port = from_guest ? ends->dest_port : ends->source_port;
	flow->local_port = from_guest ? ends->source_port : ends->dest_port;
	flow->protocol = p->protocol;
}

/* Which of several guests gets a packet from outside: the one that dialled, else the port's server. */
INLINE __u32 slot_of(const struct settings *settings, const struct packet *p)
{
	struct flow flow = {};
	__u32 *slot;

	if (!(settings->flags & SEVERAL_GUESTS) || p->kind != KIND_PORTS)
		return settings->default_guest;
	describe_flow(&flow, p, 0);
	slot = map_lookup(&flows, &flow);
	return slot ? *slot : slot_by_port(settings, p->protocol, p->ends.dest_port);
}

INLINE __u32 slot_of_tap(const struct __sk_buff *skb, const struct settings *settings)
{
	__u32 ifindex = skb->ifindex;
	__u32 *slot;

	if (!(settings->flags & SEVERAL_GUESTS))
		return settings->default_guest;
	slot = map_lookup(&taps, &ifindex);
	return slot ? *slot : settings->default_guest;
}

/* What a guest begins is remembered where the answer could be for another one. */
INLINE void remember_flow(const struct settings *settings, const struct packet *p, __u32 slot)
{
	struct flow flow = {};
	__u32 *known;

	if (!(settings->flags & SEVERAL_GUESTS) || p->kind != KIND_PORTS)
		return;
	if (p->protocol == IPPROTO_TCP && (p->tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return;
	describe_flow(&flow, p, 1);
	known = map_lookup(&flows, &flow);
	if (!known || *known != slot)
		map_update(&flows, &flow, &slot, BPF_ANY);
}

#endif
