/*
 * A packet as the pod fabric sees it. It is read once from the frame, and afterwards only this is
 * looked at. Bounded everywhere; nothing here knows the rules.
 */
#ifndef POD_FABRIC_PACKET_H
#define POD_FABRIC_PACKET_H

#include "bpf-helpers.h"
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <stddef.h>

#define EXTENSION_HEADERS 5 /* as many as RFC 8200, 4.1 has before the transport header */
#define L3 ETH_HLEN

/* From linux/icmp.h, which needs a C library's headers. */
#define ICMP_DEST_UNREACH 3
#define ICMP_FRAG_NEEDED 4
#define ICMP_SOURCE_QUENCH 4
#define ICMP_ECHO 8
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETERPROB 12
#define ICMP_TIMESTAMP 13
#define ICMP_INFO_REQUEST 15
#define ICMP_ADDRESS 17
#define ICMP_CHECKSUM 2 /* offset, also ICMPv6's */
#define ICMP_BYTES 8	/* also ICMPv6's */

#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

enum kind {
	KIND_OTHER,   /* no ports: routed by address alone */
	KIND_PORTS,   /* TCP or UDP, the header is here */
	KIND_LATER,   /* a fragment that is not the first: the ports are elsewhere */
	KIND_REQUEST, /* ICMP that is to be answered: echo, timestamp and the like */
	KIND_ERROR,   /* ICMP about a packet that went the other way */
	KIND_NEWS,    /* any other ICMP */
};

/* The addresses are one block of 32 bytes, so that one difference covers both in a checksum. */
struct ends {
	__be32 source[4];
	__be32 dest[4];
	__be16 source_port;
	__be16 dest_port;
};

struct packet {
	struct ends ends; /* of KIND_ERROR the ports are those of the packet it is about, turned
			     round, so that they belong to these addresses */
	__u32 kind;
	__u32 l4;	/* offset of the transport header */
	__u32 inner;	/* KIND_ERROR: offset of the IP header that it carries */
	__u32 inner_l4; /* KIND_ERROR: offset of the ports it carries, 0 if there are none */
	__be32 id;	/* of the fragments */
	__u8 v6;
	__u8 protocol;
	__u8 tcp_flags;
	__u8 first; /* of several fragments */
	__u8 ported; /* the protocol of the ports: of KIND_ERROR, that of what it is about */
	__u8 pad[3];
};

INLINE int same_address(const __be32 a[4], const __be32 b[4])
{
	return a[3] == b[3] && a[2] == b[2] && a[1] == b[1] && a[0] == b[0];
}

INLINE void copy_address(__be32 to[4], const __be32 from[4])
{
	to[0] = from[0];
	to[1] = from[1];
	to[2] = from[2];
	to[3] = from[3];
}

/* The ports of the packet an ICMP error is about, where it shows them. */
INLINE void read_inner_ports(struct __sk_buff *skb, struct packet *p, __u8 protocol, __u32 offset)
{
	__be16 ports[2];

	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
		return;
	if (skb_load(skb, offset, ports, sizeof(ports)) < 0)
		return;
	p->ends.source_port = ports[1];
	p->ends.dest_port = ports[0];
	p->inner_l4 = offset;
	p->ported = protocol;
}

INLINE void read_icmp4(struct __sk_buff *skb, struct packet *p, __u8 type)
{
	struct iphdr ip;

	switch (type) {
	case ICMP_ECHO:
	case ICMP_TIMESTAMP:
	case ICMP_INFO_REQUEST:
	case ICMP_ADDRESS:
		p->kind = KIND_REQUEST;
		return;
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		break;
	default:
		p->kind = KIND_NEWS;
		return;
	}
	p->kind = KIND_NEWS;
	if (skb_load(skb, p->l4 + ICMP_BYTES, &ip, sizeof(ip)) < 0 || ip.ihl < 5)
		return;
	p->kind = KIND_ERROR;
	p->inner = p->l4 + ICMP_BYTES;
	if (!(ip.frag_off & NET16(0x1fff)))
		read_inner_ports(skb, p, ip.protocol, p->inner + ip.ihl * 4);
}

INLINE void read_icmp6(struct __sk_buff *skb, struct packet *p, __u8 type)
{
	struct ipv6hdr ip;

	if (type == ICMPV6_ECHO_REQUEST) {
		p->kind = KIND_REQUEST;
		return;
	}
	p->kind = KIND_NEWS;
	if (type < ICMPV6_DEST_UNREACH || type > ICMPV6_PARAMPROB)
		return;
	if (skb_load(skb, p->l4 + ICMP_BYTES, &ip, sizeof(ip)) < 0)
		return;
	p->kind = KIND_ERROR;
	p->inner = p->l4 + ICMP_BYTES;
	read_inner_ports(skb, p, ip.nexthdr, p->inner + sizeof(ip));
}

/* The transport header's part: ports, flags, kind. */
INLINE int read_transport(struct __sk_buff *skb, struct packet *p)
{
	__u8 header[14]; /* ports first, TCP's flags last */

	if (p->kind == KIND_LATER)
		return 1;
	switch (p->protocol) {
	case IPPROTO_TCP:
		if (skb_load(skb, p->l4, header, sizeof(header)) < 0)
			return 0;
		p->tcp_flags = header[13];
		break;
	case IPPROTO_UDP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (skb_load(skb, p->l4, header, 4) < 0)
			return 0;
		break;
	default:
		p->kind = KIND_OTHER;
		return 1;
	}
	if (p->protocol == IPPROTO_ICMP && !p->v6) {
		read_icmp4(skb, p, header[0]);
	} else if (p->protocol == IPPROTO_ICMPV6 && p->v6) {
		read_icmp6(skb, p, header[0]);
	} else if (p->protocol == IPPROTO_TCP || p->protocol == IPPROTO_UDP) {
		p->kind = KIND_PORTS;
		p->ported = p->protocol;
		__builtin_memcpy(&p->ends.source_port, header, 2);
		__builtin_memcpy(&p->ends.dest_port, header + 2, 2);
	}
	return 1;
}

INLINE int read_ipv4(struct __sk_buff *skb, struct packet *p)
{
	struct iphdr ip;

	if (skb_load(skb, L3, &ip, sizeof(ip)) < 0 || ip.version != 4 || ip.ihl < 5)
		return 0;
	p->ends.source[3] = ip.saddr;
	p->ends.dest[3] = ip.daddr;
	p->protocol = ip.protocol;
	p->id = ip.id;
	p->l4 = L3 + ip.ihl * 4;
	if (ip.frag_off & NET16(0x1fff))
		p->kind = KIND_LATER;
	else
		p->first = !!(ip.frag_off & NET16(0x2000));
	return 1;
}

/* Extension headers end at the transport header, at a fragment that is not the first, or after
 * EXTENSION_HEADERS of them: what follows is then an unknown protocol. */
INLINE int read_ipv6(struct __sk_buff *skb, struct packet *p)
{
	struct ipv6hdr ip;
	__u32 offset = L3 + sizeof(ip);
	__u8 next;

	if (skb_load(skb, L3, &ip, sizeof(ip)) < 0 || ip.version != 6)
		return 0;
	__builtin_memcpy(p->ends.source, &ip.saddr, 16);
	__builtin_memcpy(p->ends.dest, &ip.daddr, 16);
	p->v6 = 1;
	next = ip.nexthdr;
#pragma unroll
	for (int i = 0; i < EXTENSION_HEADERS; i++) {
		__u8 header[8];

		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS &&
		    next != IPPROTO_FRAGMENT)
			break;
		if (skb_load(skb, offset, header, sizeof(header)) < 0)
			return 0;
		if (next == IPPROTO_FRAGMENT) {
			__builtin_memcpy(&p->id, header + 4, 4);
			offset += 8;
			if (header[2] || header[3] & 0xf8) {
				p->kind = KIND_LATER;
				next = header[0];
				break;
			}
			p->first = header[3] & 1;
		} else {
			offset += (header[1] + 1) * 8;
		}
		next = header[0];
	}
	p->protocol = next;
	p->l4 = offset;
	return 1;
}

/* Whether the frame is an IP packet whose headers are whole. */
INLINE int read_packet(struct __sk_buff *skb, struct packet *p)
{
	if (skb->protocol == NET16(ETH_P_IP)) {
		if (!read_ipv4(skb, p))
			return 0;
	} else if (skb->protocol == NET16(ETH_P_IPV6)) {
		if (!read_ipv6(skb, p))
			return 0;
	} else {
		return 0;
	}
	return read_transport(skb, p);
}

/* VLAN 0 only says a priority: the frame belongs to no VLAN. */
INLINE int in_vlan(const struct __sk_buff *skb)
{
	return skb->vlan_present && (skb->vlan_tci & 0xfff);
}

#endif
