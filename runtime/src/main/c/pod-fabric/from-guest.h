/*
 * tc/from_guest: frames that a guest sends.
 */
#ifndef POD_FABRIC_FROM_GUEST_H
#define POD_FABRIC_FROM_GUEST_H

#include "alias.h"
#include "fragments.h"
#include "guests.h"
#include "maps.h"
#include "neighbour.h"
#include "sockets.h"
#include "too-big.h"
#include "write.h"

INLINE int guest_to_net(struct __sk_buff *skb, const struct settings *settings)
{
	count(skb, GUEST_TO_NET);
	return redirect(settings->pod_ifindex, 0);
}

INLINE int asks_resolver(const struct family *family, const struct packet *p)
{
	const __u32 *where;

	if (!(family->flags & FAMILY_RESOLVER))
		return 0;
	if (p->kind == KIND_LATER) {
		where = where_first_went(p);
		return where && *where == ALIAS_CLIENT;
	}
	return p->ends.dest_port == DNS;
}

/* The guest dials the pod's localhost, or answers a caller from there. */
INLINE struct passage guest_to_host(struct __sk_buff *skb, const struct settings *settings,
				    const struct family *family, const struct packet *p,
				    struct ends *to, __u32 slot)
{
	__u32 other;

	if (asks_resolver(family, p)) {
		alias_of(to->source, family->pod_side, slot << 8 | ALIAS_CLIENT);
		copy_address(to->dest, family->resolver);
		to->dest_port = p->ported == IPPROTO_TCP ? family->resolver_tcp : family->resolver_udp;
		remember_fragments(p, ALIAS_CLIENT);
		return via(TO_LO, GUEST_TO_RESOLVER);
	}
	if (!(settings->flags & SHARE_LOCALHOST))
		return via(TO_NOBODY, GUEST_DROP_OFF);
	alias_of(to->source, family->pod_side, slot << 8 | ALIAS_GUEST);
	localhost_of(to->dest, p->v6);
	if ((settings->flags & SEVERAL_GUESTS) && p->kind == KIND_PORTS) {
		other = slot_by_port(settings, p->protocol, to->dest_port);
		if (other != slot && !pod_serves(skb, to, p) && living_guest(skb, other)) {
			alias_of(to->source, family->guest_side, ALIAS_PEER + slot);
			copy_address(to->dest, family->pod);
			return via(other, GUEST_TO_GUEST);
		}
	}
	return via(TO_LO, GUEST_TO_LOCALHOST);
}

INLINE struct passage guest_to_alias(struct __sk_buff *skb, const struct settings *settings,
				     const struct family *family, const struct packet *p,
				     struct ends *to, __u32 slot)
{
	__u32 low = low_byte(p->ends.dest);

	if (!same_address(p->ends.source, family->pod))
		return via(TO_NOBODY, GUEST_DROP_SOURCE);
	if (low == ALIAS_HOST)
		return guest_to_host(skb, settings, family, p, to, slot);
	if (!(settings->flags & SHARE_LOCALHOST) || p->kind == KIND_REQUEST ||
	    p->kind == KIND_NEWS)
		return via(TO_NOBODY, GUEST_DROP_OFF);
	if (low == ALIAS_LOOP) {
		localhost_of(to->source, p->v6);
		localhost_of(to->dest, p->v6);
		return via(TO_LO, GUEST_ANSWERS_LOOP);
	}
	copy_address(to->dest, family->pod);
	if (low == ALIAS_SELF)
		return via(TO_LO, GUEST_ANSWERS_SELF);
	if (low < ALIAS_PEER || low >= ALIAS_PEER + GUESTS)
		return via(TO_NOBODY, GUEST_DROP_OFF);
	alias_of(to->source, family->guest_side, ALIAS_HOST);
	return via(low - ALIAS_PEER, GUEST_TO_GUEST);
}

/* The one place that changes what a guest sent to an alias, and sends it on. */
INLINE int pass_from_guest(struct __sk_buff *skb, const struct settings *settings,
			   const struct packet *p, const struct ends *to, struct passage passage)
{
	const struct guest *guest = NULL;

	if (passage.where == TO_NOBODY)
		return counted(skb, passage.counter, TC_ACT_SHOT);
	if (passage.where != TO_LO) {
		guest = living_guest(skb, passage.where);
		if (!guest)
			return counted(skb, GUEST_DROP_GONE, TC_ACT_SHOT);
	}
	if (write_ends(skb, p, to) |
	    write_hardware(skb, guest ? guest->mac : NULL, settings->host_mac))
		return counted(skb, DROP_REWRITE, TC_ACT_SHOT);
	count(skb, passage.counter);
	if (guest)
		return redirect(guest->ifindex, 0);
	return redirect(settings->lo_ifindex, BPF_F_INGRESS);
}

/* A guest may have a route to an alias without a gateway. Then it asks who that is.
 *
 * The look into "addresses" only makes this program hold the map. So the map stands as long as its
 * guest, even if another program removes from_net's filter. */
INLINE int arp_from_guest(struct __sk_buff *skb, const struct settings *settings)
{
	const struct family *family = &settings->family[FAMILY_IPV4];
	__be32 target[4] = {};
	struct arp arp;
	__u8 asker[ETH_ALEN];
	__u8 asking[4];

	if (!(family->flags & FAMILY_ON) || skb_load(skb, L3, &arp, sizeof(arp)) < 0 ||
	    arp.operation != ARP_REQUEST)
		return guest_to_net(skb, settings);
	__builtin_memcpy(&target[3], arp.target, 4);
	map_lookup(&addresses, target);
	if (!is_guest_side(target, family))
		return guest_to_net(skb, settings);
	__builtin_memcpy(asker, arp.sender_mac, ETH_ALEN);
	__builtin_memcpy(asking, arp.sender, 4);
	arp.operation = ARP_REPLY;
	__builtin_memcpy(arp.sender_mac, settings->host_mac, ETH_ALEN);
	__builtin_memcpy(arp.sender, arp.target, 4);
	__builtin_memcpy(arp.target_mac, asker, ETH_ALEN);
	__builtin_memcpy(arp.target, asking, 4);
	if (skb_store(skb, L3, &arp, sizeof(arp), 0) |
	    write_hardware(skb, asker, settings->host_mac))
		return counted(skb, DROP_REWRITE, TC_ACT_SHOT);
	count(skb, GUEST_NEIGHBOUR);
	return redirect(skb->ifindex, 0);
}

/* The same for IPv6. The solicitation becomes the advertisement: 32 bytes with its option. */
INLINE int answers_solicitation(struct __sk_buff *skb, const struct settings *settings,
				const struct family *family, const struct packet *p)
{
	struct {
		__be32 source[4];
		__be32 dest[4];
		__be32 length;
		__be32 next;
		struct neighbour_message message;
	} pseudo = {};
	struct neighbour_message *message = &pseudo.message;
	__u8 hop_limit = 255;
	__be16 length = NET16(sizeof(*message));

	if (!p->v6 || p->protocol != IPPROTO_ICMPV6 || p->l4 != L3 + sizeof(struct ipv6hdr) ||
	    skb_load(skb, p->l4, message, sizeof(*message)) < 0 || message->type != SOLICITATION ||
	    message->option != 1 || !is_guest_side(message->target, family))
		return 0;
	if (skb_change_tail(skb, p->l4 + sizeof(*message), 0) |
	    write_hardware(skb, message->mac, settings->host_mac))
		return 0;
	copy_address(pseudo.source, message->target);
	copy_address(pseudo.dest, p->ends.source);
	pseudo.length = NET32(sizeof(*message));
	pseudo.next = NET32(IPPROTO_ICMPV6);
	message->type = ADVERTISEMENT;
	message->checksum = 0;
	message->flags = SOLICITED_OVERRIDE;
	message->option = 2;
	__builtin_memcpy(message->mac, settings->host_mac, ETH_ALEN);
	message->checksum = checksum_of(&pseudo, sizeof(pseudo));
	return !(skb_store(skb, p->l4, message, sizeof(*message), 0) |
		 skb_store(skb, L3 + offsetof(struct ipv6hdr, payload_len), &length, 2, 0) |
		 skb_store(skb, L3 + offsetof(struct ipv6hdr, hop_limit), &hop_limit, 1, 0) |
		 skb_store(skb, L3 + offsetof(struct ipv6hdr, saddr), pseudo.source, 32, 0));
}

SEC("tc/from_guest") int from_guest(struct __sk_buff *skb)
{
	const struct settings *settings = current_settings();
	const struct family *family;
	struct work *work = fresh_work();
	struct packet *packet;
	struct passage passage;
	__u32 slot;
	int readable;

	if (!settings || !work)
		return TC_ACT_SHOT;
	packet = &work->packet;
	if (in_vlan(skb))
		return guest_to_net(skb, settings);
	if (skb->protocol == NET16(ETH_P_ARP))
		return arp_from_guest(skb, settings);
	readable = read_packet(skb, packet);
	slot = slot_of_tap(skb, settings);
	family = &settings->family[packet->v6 ? FAMILY_IPV6 : FAMILY_IPV4];
	if (family->flags & FAMILY_ON) {
		if (is_guest_side(packet->ends.dest, family)) {
			if (!readable)
				return counted(skb, GUEST_DROP_OFF, TC_ACT_SHOT);
			work->to = packet->ends;
			passage = guest_to_alias(skb, settings, family, packet, &work->to, slot);
			passage = forgotten(&work->passage, passage);
			return pass_from_guest(skb, settings, packet, &work->to, passage);
		}
		if (packet->kind == KIND_NEWS &&
		    answers_solicitation(skb, settings, family, packet)) {
			count(skb, GUEST_NEIGHBOUR);
			return redirect(skb->ifindex, 0);
		}
	}
	remember_flow(settings, packet, slot);
	return guest_to_net(skb, settings);
}

#endif
