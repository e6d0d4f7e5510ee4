/*
 * What the pod fabric's programs and their loader agree on: maps, their keys and their values.
 *
 * An address is always 16 bytes in network order. An IPv4 address is twelve zero bytes and its
 * four, so that one text serves both families. "Host order" is the byte order of the machine.
 *
 * The loader fills "settings" and "guests" before it attaches a filter. Afterwards an entry of
 * "guests", "taps", "addresses" or "ports" may come and go with its guest, and default_guest may change; aliases
 * and the pod's address stay what they are while connections live.
 *
 * Aliases to choose from, the first that no route, address or resolver of the pod lies in:
 * 169.254.223.0/24, .197, .155, .131; 127.88.0.0/16, 127.89, 127.90; fd75:7275:6e6a:1::/120, :3;
 * fd75:7275:6e6a:2::/112, :4. Taken elsewhere are of 169.254: 0.0/17 (OVN's masquerade, with Kata's and
 * Antrea's 0.1 and 0.253), 1.1 (Calico, EKS), 20.10 and 25.10 (node-local DNS), 42.42, 169.123,
 * 169.253, 169.254 (cloud metadata, DNS, time), 170.2 and 170.23 (ECS, EKS).
 */
#ifndef POD_FABRIC_H
#define POD_FABRIC_H

#include <linux/types.h>

/* The families of settings.family, in this order. */
#define FAMILY_IPV4 0
#define FAMILY_IPV6 1

/* settings.flags */
#define SHARE_LOCALHOST 1 /* 127.0.0.1 and ::1 in both directions */
#define SEVERAL_GUESTS 2  /* "taps", "ports", "flows" count; else default_guest has all */

/* family.flags */
#define FAMILY_ON 1       /* pod, guest_side and pod_side are set */
#define FAMILY_RESOLVER 2 /* resolver and its ports are set */

/*
 * The last byte of an address in guest_side (what the guest sees of the pod):
 *   HOST    the pod's localhost, which the guest dials
 *   LOOP    who dialled localhost in the pod and was answered by the guest
 *   SELF    who dialled the pod's own address in the pod and was answered by the guest
 *   PEER+N  the guest of slot N, to another guest that it dialled by HOST
 *   LENT    the guest itself, where the pod has no address of the family: it is family.pod then
 * Four addresses for the pod, because the two directions may use the same pair of ports at the same time.
 *
 * The last byte of an address in pod_side (what the pod's sockets see of the guest); the byte
 * before it is the guest's slot:
 *   GUEST   the guest, as the peer of what it dialled
 *   CLIENT  the guest, as a client of the resolver
 */
#define ALIAS_HOST 1
#define ALIAS_LOOP 2
#define ALIAS_SELF 3
#define ALIAS_PEER 16
#define ALIAS_LENT 254
#define ALIAS_GUEST 2
#define ALIAS_CLIENT 3

#define GUESTS 8

struct family {
	__be32 pod[4];		/*  0 the pod's address, the one the guest uses for the aliases */
	__be32 guest_side[4];	/* 16 last byte 0; IPv4: a /24, IPv6: a /120 */
	__be32 pod_side[4];	/* 32 last two bytes 0; IPv4: a /16 in 127/8, IPv6: a /112 */
	__be32 resolver[4];	/* 48 a local address of the pod */
	__be16 resolver_udp;	/* 64 network order: its port; Docker's differ */
	__be16 resolver_tcp;	/* 66 network order: likewise */
	__u16 flags;		/* 68 host order: FAMILY_* */
	__u16 pad;		/* 70 */
};				/* 72 bytes */

/* ARRAY "settings", one entry. */
struct settings {
	__u32 flags;		 /*  0 host order: SHARE_LOCALHOST, SEVERAL_GUESTS */
	__u32 pod_ifindex;	 /*  4 host order: the pod's interface */
	__u32 lo_ifindex;	 /*  8 host order: 1 in every namespace */
	__u32 default_guest;	 /* 12 host order: slot of what no guest claims */
	__u8 host_mac[6];	 /* 16 the pod's, as the guest sees it: unicast, not the guest's */
	__u8 pad[2];		 /* 22 */
	struct family family[2]; /* 24 IPv4, IPv6 */
};				 /* 168 bytes */

/* ARRAY "guests" of GUESTS entries; the index is the guest's slot. An absent guest is all zeros. */
struct guest {
	__u32 ifindex; /*  0 host order: its TAP, 0 where there is no guest */
	__u32 mtu;     /*  4 host order: its TAP's */
	__u8 mac[6];   /*  8 its own, which is the pod interface's */
	__u8 pad[2];   /* 14 */
};		       /* 16 bytes */

/* HASH "taps": the TAP's ifindex (__u32, host order) -> slot (__u32, host order). */

/*
 * HASH "addresses": an address that a guest has (16 bytes) -> who has it (__u32, host order): bit N
 * the guest of slot N, HELD_BY_POD the pod's interface when the guest started. What goes to any
 * other address is the pod's. family.pod need not be in it: all have that one.
 */
#define ADDRESSES 4096
#define HELD_BY_GUESTS 0xff
#define HELD_BY_POD 0x100

/* HASH "ports": port -> slot of its server (__u32, host order). */
struct port {
	__u8 protocol; /* 0 IPPROTO_TCP or IPPROTO_UDP */
	__u8 pad;      /* 1 */
	__be16 number; /* 2 network order */
};		       /* 4 bytes */

/* LRU_HASH "flows", the programs' own: what a guest began -> slot. */
struct flow {
	__be32 remote[4];
	__be16 remote_port;
	__be16 local_port;
	__u8 protocol;
	__u8 pad[3];
};

/* LRU_HASH "fragments", the programs' own: where the first fragment went -> slot or TO_POD. */
struct fragments_key {
	__be32 source[4];
	__be32 dest[4];
	__be32 id;
	__u32 protocol;
};
#define TO_POD 0xffffffff

/*
 * PERCPU_ARRAY "counters" of COUNTERS entries. Bytes are those of the frames as the kernel holds
 * them: one of 64 KB counts as one packet.
 */
struct traffic {
	__u64 packets; /* 0 host order */
	__u64 bytes;   /* 8 host order */
};

enum counter {
	/* from_net: frames that arrived on the pod's interface */
	NET_TO_POD = 0,		 /* a socket of the pod owns it, or no guest has the address */
	NET_TO_GUEST = 1,	 /* no socket of the pod owns it */
	NET_TO_BOTH = 2,	 /* multicast, neighbours, ICMP news, DHCP, what has no ports */
	NET_WITHOUT_GUEST = 3,	 /* for a guest that is not there: the pod's stack refuses it */
	NET_DROP_ALIAS = 4,	 /* dropped: the world used an alias of ours */
	/* from_guest: frames that a guest sent */
	GUEST_TO_NET = 5,	 /* out by the pod's interface */
	GUEST_TO_LOCALHOST = 6,	 /* dialled HOST */
	GUEST_TO_RESOLVER = 7,	 /* dialled port 53 of HOST */
	GUEST_ANSWERS_LOOP = 8,	 /* answers who dialled localhost */
	GUEST_ANSWERS_SELF = 9,	 /* answers who dialled the pod's address in the pod */
	GUEST_TO_GUEST = 10,	 /* dialled HOST, where another guest serves the port; answers too */
	GUEST_NEIGHBOUR = 11,	 /* asked for the hardware address of an alias and was answered */
	GUEST_DROP_OFF = 12,	 /* dropped: to an alias that is off or means nothing */
	GUEST_DROP_SOURCE = 13,	 /* dropped: to an alias, but not from the pod's address */
	GUEST_DROP_GONE = 14,	 /* dropped: to a guest that is not there */
	/* from_lo: packets on the pod's loopback interface */
	LO_TO_GUEST = 15,	 /* dialled localhost, where no container serves the port */
	LO_SELF_TO_GUEST = 16,	 /* dialled the pod's address, likewise */
	LO_ANSWERS_GUEST = 17,	 /* answers what the guest dialled by HOST */
	LO_RESOLVER_ANSWERS = 18, /* answers what the guest asked the resolver */
	LO_WITHOUT_GUEST = 19,	 /* for a guest that is not there: the pod's stack refuses it */
	LO_TOO_BIG = 20,	 /* longer than the guest's MTU: ICMP tells the sender the MTU */
	/* any */
	DROP_REWRITE = 21,	 /* dropped: the kernel could not change the packet (memory) */
	COUNTERS = 22
};

#endif
