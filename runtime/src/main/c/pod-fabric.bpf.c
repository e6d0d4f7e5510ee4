// SPDX-License-Identifier: GPL-2.0
/*
 * The pod fabric: one guest and any number of ordinary containers behind one pod address, without
 * lists of ports. The kernel knows what belongs to the containers: that for which the pod's own
 * stack has a socket. The rest is the guest's.
 *
 *   tc/from_net    ingress of the pod's interface
 *   tc/from_guest  ingress of a guest's TAP
 *   tc/from_lo     egress of the pod's loopback
 *
 * Each is a classifier with direct action on clsact (or TCX). What is not for us returns
 * TC_ACT_UNSPEC, so that filters of others behind it go on. pod-fabric.h has the maps.
 *
 * Who dials what, and what becomes of it:
 *
 *   world    POD:p        p of a pod's socket: the pod. Else the guest, which accepts or refuses
 *   world    other:p      the pod: an address that the guest does not have (a VIP on lo, another
 *                         interface's, one that the pod forwards to) is not the guest's
 *   pod      localhost:p  p of a pod's socket: as ever. Else the guest, which sees LOOP as the peer
 *   pod      POD:p        likewise; the guest sees SELF as the peer
 *   pod      GUEST:p      the guest, which sees HOST as the peer
 *   guest    HOST:p       localhost:p of the pod, whose socket sees GUEST as the peer. If no socket
 *                         of the pod and another guest has p: that guest, which sees PEER
 *   guest    HOST:53      the resolver, if one is set, which sees CLIENT as the peer
 *   guest    all else     out by the pod's interface, unchanged
 *
 * HOST, LOOP, SELF and PEER are addresses that only guests see, GUEST and CLIENT ones that only the
 * pod's sockets see. An address says where the packet came from, so translation keeps no state, has
 * no timeouts, and equal ports in both directions cannot meet.
 *
 * Ownership. TCP: a connection owns its segments, also half open or in TIME_WAIT; a listener owns
 * the SYN and the ACK with a valid cookie, nothing else. UDP: a bound socket owns its port. Where
 * the guest and a container have chosen the same four numbers, the container wins. They choose from
 * the same range unless told otherwise: give the guest one of its own (ip_local_port_range 61000 to
 * 65535 lies outside Linux's default), or reserve the guest's in the pod (ip_local_reserved_ports).
 *
 * To both: multicast, broadcast, all ICMP but questions, all frames that are not IP, but for
 * questions for an address (ARP, neighbour solicitations) that the pod has, or had when the guest
 * started: the pod answers for both, and neither for one that has left the pod. An answer or error
 * is ignored by a stack that did not ask; raw and ping sockets, which cannot be looked up, get
 * theirs. Questions (echo) are the guest's.
 *
 * To both, quietly: IP protocols without ports that we know (VRRP, OSPF, GRE, IPIP, SIT, SCTP), for
 * which a raw socket or a tunnel of the pod cannot be looked up, and what goes to a client of DHCP
 * (UDP 68), which listens by a packet socket. The guest answers as ever. The pod's stack takes the
 * frame for one of a multicast: then it says nothing of what it does not know, in whose place the
 * guest may. Sockets and tunnels do not mind, but for those of the kernel's SCTP and DCCP, whose
 * packets are the guest's therefore. IPsec does mind, and gets the frame as it is.
 *
 * Fragments follow the first one, by a map. One whose first was not seen goes to both stacks, and
 * the one that gets no first forgets it. Frames with a VLAN tag are the guest's in both directions:
 * the pod's stack has no VLAN device.
 *
 * When the TAP is gone its guest is, and the pod's stack gets all of it and refuses at once,
 * although the filters stand: nothing has to be removed in time.
 *
 * The pod's namespace must have, and has again at the end what it had before:
 *
 *   net.ipv4.conf.lo.route_localnet=1  a packet with a loopback address may come in by loopback
 *   net.ipv4.conf.lo.accept_local=1    and with a source that is an address of the pod
 *   net.ipv4.conf.lo.rp_filter=2       else all.rp_filter=1 drops answers to SELF: POD is on eth0
 *   ip route add local POD_SIDE/16 dev lo src 127.0.0.1 mtu MTU table local
 *   ip -6 route add local POD_SIDE/112 dev lo src ::1 mtu MTU table local
 *
 * MTU is the TAP's: the pod's stack then cuts what it sends to the guest itself. In IPv4 the route
 * is only for that. In IPv6 it makes GUEST and CLIENT addresses of the pod, for there is but one
 * ::1, and a container that asks for its peer's address sees that this is not ::1.
 *
 * The guest needs a route to GUEST_SIDE, whose source is POD. The default route will do: whatever
 * the frame's hardware address, it comes by here. Without a gateway the programs answer for every
 * address of GUEST_SIDE, by ARP and by neighbour discovery.
 *
 * What does not work: multicast between guest and containers of one pod; localhost between families
 * (a guest without IPv6 is not at ::1; one without IPv4 gets LENT, and is at 127.0.0.1); localhost:p with another source than localhost; datagrams
 * longer than the MTU from a container to POD:p of a guest that does not take them; iptables of the
 * pod on what is the guest's (Istio's redirect does not see it); packet sockets of one ethertype
 * (ETH_P_IP) for TCP, UDP and echo that are the guest's, for a copy would cost every frame (those
 * of ETH_P_ALL see all); an address that a guest gives itself.
 *
 * Kernel 5.12 and later. No loop, no call between programs, no BTF, no library.
 */
#include "pod-fabric-packet.h"
#include "pod-fabric.h"
#include <linux/errno.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>

#define AF_INET 2
#define STATE_LISTEN 10
#define DNS NET16(53)
#define DHCP_CLIENT NET16(68)

/* Not ours, or for the pod's stack: filters of others behind this one see it too. */
#define PASS TC_ACT_UNSPEC

struct bpf_map_def SEC("maps") settings = {
    .type = BPF_MAP_TYPE_ARRAY,
    .key_size = 4,
    .value_size = sizeof(struct settings),
    .max_entries = 1,
};

struct bpf_map_def SEC("maps") guests = {
    .type = BPF_MAP_TYPE_ARRAY,
    .key_size = 4,
    .value_size = sizeof(struct guest),
    .max_entries = GUESTS,
};

struct bpf_map_def SEC("maps") taps = {
    .type = BPF_MAP_TYPE_HASH,
    .key_size = 4,
    .value_size = 4,
    .max_entries = GUESTS,
};

struct bpf_map_def SEC("maps") addresses = {
    .type = BPF_MAP_TYPE_HASH,
    .key_size = 16,
    .value_size = 4,
    .max_entries = ADDRESSES,
    .map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") ports = {
    .type = BPF_MAP_TYPE_HASH,
    .key_size = sizeof(struct port),
    .value_size = 4,
    .max_entries = 1024,
    .map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") flows = {
    .type = BPF_MAP_TYPE_LRU_HASH,
    .key_size = sizeof(struct flow),
    .value_size = 4,
    .max_entries = 4096,
};

struct bpf_map_def SEC("maps") fragments = {
    .type = BPF_MAP_TYPE_LRU_HASH,
    .key_size = sizeof(struct fragments_key),
    .value_size = 4,
    .max_entries = 1024,
};

struct bpf_map_def SEC("maps") counters = {
    .type = BPF_MAP_TYPE_PERCPU_ARRAY,
    .key_size = 4,
    .value_size = sizeof(struct traffic),
    .max_entries = COUNTERS,
};

#define SOLICITATION 135
#define ADVERTISEMENT 136

#define ARP_REQUEST NET16(1)
#define ARP_REPLY NET16(2)

/* For Ethernet and IPv4. */
struct arp {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_bytes;
	__u8 protocol_bytes;
	__be16 operation;
	__u8 sender_mac[ETH_ALEN];
	__u8 sender[4];
	__u8 target_mac[ETH_ALEN];
	__u8 target[4];
};

/* Where a packet goes: a guest's slot, TO_POD or one of these. */
#define TO_LO 0xfffffffe
#define TO_NOBODY 0xfffffffd
#define TO_BOTH 0xfffffffc
#define TO_BOTH_QUIETLY 0xfffffffb

struct passage {
	__u32 where;
	__u32 counter;
};

/*
 * What the program works on, instead of variables on its stack: of what it reads from a map the
 * verifier knows nothing, so the paths through the parser are one path to it afterwards. That makes
 * loading several times faster. Nothing else runs on the processor in between: soft interrupts are
 * off while a classifier runs, and none of ours is called from within another.
 */
struct work {
	struct packet packet;
	struct ends to;
	struct passage passage;
	struct too_big4 too_big4;
	struct too_big6 too_big6;
};

struct bpf_map_def SEC("maps") work = {
    .type = BPF_MAP_TYPE_PERCPU_ARRAY,
    .key_size = 4,
    .value_size = sizeof(struct work),
    .max_entries = 1,
};

/* ---- small things ------------------------------------------------------------------------- */

INLINE void count(struct __sk_buff *skb, __u32 counter)
{
	struct traffic *traffic = map_lookup(&counters, &counter);

	if (!traffic)
		return;
	traffic->packets++;
	traffic->bytes += skb->len;
}

INLINE int counted(struct __sk_buff *skb, __u32 counter, int action)
{
	count(skb, counter);
	return action;
}

INLINE struct passage via(__u32 where, __u32 counter)
{
	struct passage passage = {.where = where, .counter = counter};

	return passage;
}

/* The same passage, of which the verifier does not know any more how it was found. */
INLINE struct passage forgotten(volatile struct passage *forgotten, struct passage passage)
{
	forgotten->where = passage.where;
	forgotten->counter = passage.counter;
	passage.where = forgotten->where;
	passage.counter = forgotten->counter;
	return passage;
}

INLINE const struct settings *current_settings(void)
{
	__u32 zero = 0;

	return map_lookup(&settings, &zero);
}

INLINE struct work *fresh_work(void)
{
	__u32 zero = 0;
	struct work *fresh = map_lookup(&work, &zero);

	if (fresh)
		__builtin_memset(&fresh->packet, 0, sizeof(fresh->packet));
	return fresh;
}

/* VLAN 0 only says a priority: the frame belongs to no VLAN. */
INLINE int in_vlan(const struct __sk_buff *skb)
{
	return skb->vlan_present && (skb->vlan_tci & 0xfff);
}

INLINE int within(const __be32 address[4], const __be32 base[4], __be32 mask)
{
	return (address[3] & mask) == base[3] && address[2] == base[2] && address[1] == base[1] &&
	       address[0] == base[0];
}

INLINE int is_guest_side(const __be32 address[4], const struct family *family)
{
	return within(address, family->guest_side, NET32(0xffffff00));
}

INLINE int is_pod_side(const __be32 address[4], const struct family *family)
{
	return within(address, family->pod_side, NET32(0xffff0000));
}

INLINE __u32 low_byte(const __be32 address[4])
{
	return NET32(address[3]) & 0xff;
}

INLINE void alias_of(__be32 alias[4], const __be32 base[4], __u32 low)
{
	copy_address(alias, base);
	alias[3] |= NET32(low);
}

INLINE void localhost_of(__be32 address[4], int v6)
{
	address[0] = address[1] = address[2] = 0;
	address[3] = v6 ? NET32(1) : NET32(0x7f000001);
}

/* ---- guests ------------------------------------------------------------------------------- */

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

/* ---- fragments ---------------------------------------------------------------------------- */

INLINE void describe_fragments(struct fragments_key *key, const struct packet *p)
{
	copy_address(key->source, p->ends.source);
	copy_address(key->dest, p->ends.dest);
	key->id = p->id;
	key->protocol = p->protocol;
}

INLINE void remember_fragments(const struct packet *p, __u32 where)
{
	struct fragments_key key = {};

	if (!p->first)
		return;
	describe_fragments(&key, p);
	map_update(&fragments, &key, &where, BPF_ANY);
}

/* Where the first fragment went, or NULL where it was not seen. */
INLINE const __u32 *where_first_went(const struct packet *p)
{
	struct fragments_key key = {};

	describe_fragments(&key, p);
	return map_lookup(&fragments, &key);
}

/* ---- the pod's sockets -------------------------------------------------------------------- */

INLINE __u32 describe_ends(struct bpf_sock_tuple *tuple, const struct ends *ends, int v6)
{
	if (v6) {
		copy_address(tuple->ipv6.saddr, ends->source);
		copy_address(tuple->ipv6.daddr, ends->dest);
		tuple->ipv6.sport = ends->source_port;
		tuple->ipv6.dport = ends->dest_port;
		return sizeof(tuple->ipv6);
	}
	tuple->ipv4.saddr = ends->source[3];
	tuple->ipv4.daddr = ends->dest[3];
	tuple->ipv4.sport = ends->source_port;
	tuple->ipv4.dport = ends->dest_port;
	return sizeof(tuple->ipv4);
}

/* Whether this is the last segment of a handshake of which a busy listener keeps no record. */
INLINE int has_cookie(struct __sk_buff *skb, struct bpf_sock *listener, const struct packet *p)
{
	__u32 ip[sizeof(struct ipv6hdr) / 4] = {};
	struct tcphdr tcp;

	if (skb_load(skb, p->l4, &tcp, sizeof(tcp)) < 0)
		return 0;
	if (p->v6)
		skb_load(skb, L3, ip, sizeof(struct ipv6hdr));
	else
		skb_load(skb, L3, ip, sizeof(struct iphdr));
	return tcp_check_syncookie(listener, ip, sizeof(ip), &tcp, sizeof(tcp)) == 0;
}

/*
 * A connection owns its segments, also while it is opened and while it lingers. A listener owns
 * what opens one and nothing else: the guest may have chosen its port for a connection of its own.
 */
INLINE int tcp_serves(struct __sk_buff *skb, const struct ends *ends, const struct packet *p)
{
	struct bpf_sock_tuple tuple = {};
	__u32 length = describe_ends(&tuple, ends, p->v6);
	struct bpf_sock *sock = skc_lookup_tcp(skb, &tuple, length, BPF_F_CURRENT_NETNS, 0);
	__u8 flags = p->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST);
	int serves = 1;

	if (!sock)
		return 0;
	if (sock->state == STATE_LISTEN && flags != TCP_SYN)
		serves = flags == TCP_ACK && has_cookie(skb, sock, p);
	sk_release(sock);
	return serves;
}

INLINE int udp_serves(struct __sk_buff *skb, const struct ends *ends, const struct packet *p)
{
	struct bpf_sock_tuple tuple = {};
	__u32 length = describe_ends(&tuple, ends, p->v6);
	struct bpf_sock *sock = sk_lookup_udp(skb, &tuple, length, BPF_F_CURRENT_NETNS, 0);

	if (!sock)
		return 0;
	sk_release(sock);
	return 1;
}

/* Whether the pod's stack has a socket that this packet is for, were its ends these. */
INLINE int pod_serves(struct __sk_buff *skb, const struct ends *ends, const struct packet *p)
{
	return p->protocol == IPPROTO_TCP ? tcp_serves(skb, ends, p) : udp_serves(skb, ends, p);
}

/* ---- from_net ----------------------------------------------------------------------------- */

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

/* To the guest of a slot, and to the pod, whose stack will not answer; see above. */
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

/* ---- from_guest --------------------------------------------------------------------------- */

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

#define SOLICITED_OVERRIDE NET32(0x60000000)

struct neighbour_message {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be32 flags;
	__be32 target[4];
	__u8 option; /* 1 source, 2 target hardware address */
	__u8 option_units;
	__u8 mac[ETH_ALEN];
};

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

/* ---- from_lo ------------------------------------------------------------------------------ */

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

char _license[] SEC("license") = "GPL";
