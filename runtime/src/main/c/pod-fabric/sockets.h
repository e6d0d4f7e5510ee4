/*
 * Whether the pod's own stack has a socket for a packet.
 */
#ifndef POD_FABRIC_SOCKETS_H
#define POD_FABRIC_SOCKETS_H

#include "packet.h"

#define STATE_LISTEN 10 /* TCP_LISTEN of linux/tcp_states.h */

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

#endif
