/*
 * The interface of the pod: settings, addresses, routes, neighbours.
 *
 * Gently, that is for an init of its own and for an interface that the program's own driver brings, IPv4 is
 * written so that a program can add the same once more and find nothing that is there before it: addresses
 * with another mask than theirs, because the kernel tells them apart by address and mask, and routes behind
 * all that have a smaller metric. What forbids stays where it is.
 */
#pragma once
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include "module.h"
#include "own-init.h"
#include "route.h"
#include "setting.h"

#define GENTLE_METRIC 1000000
#define MOST_HOPS 64

static int gently; /* the program may configure the interface itself */
static int late; /* the program runs already: nothing that goes wrong ends the guest now */

static void trouble(const char *what, const char *value, long error)
{
	if (!late)
		fail(what, value, error);
	say(what, value, error);
}

/*
 * The guest does not ask on the link whether another host has an address. The link-local one is made of the
 * pod interface's MAC, so the pod's own stack has it too: behind a bridge that sends a frame back
 * by the port it came from (hairpin mode of CNI's plugin) it would answer, and the guest lose it.
 * A kernel without IPv6 has no such files.
 */
static void trust_addresses(void)
{
	write_setting("net/ipv6/conf/default/accept_dad", "0");
	write_setting("net/ipv6/conf/eth0/accept_dad", "0");
}

/*
 * Same as: ip address add IP/PREFIX dev INDEX [broadcast +] [nodad] noprefixroute
 * The pod's routes are all there is: some networks (CNI's ptp, so kind's too) have no route to the
 * subnet but by the gateway, because no neighbour answers ARP.
 */
static long add_address(int index, char *text)
{
	unsigned char ip[16], broadcast[4];
	uint32_t flags;
	int size = bytes_of(&text, ip, 16);
	struct ifaddrmsg *a = begin(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sizeof(*a));

	skip(&text, '/');
	a->ifa_family = size == 4 ? AF_INET : AF_INET6;
	a->ifa_prefixlen = (uint8_t)number(&text);
	if (gently && size == 4)
		a->ifa_prefixlen = a->ifa_prefixlen == 32 ? 31 : 32;
	flags = IFA_F_NOPREFIXROUTE | (size == 4 ? 0 : IFA_F_NODAD);
	a->ifa_index = (uint32_t)index;
	attribute(IFA_LOCAL, ip, (size_t)size);
	attribute(IFA_ADDRESS, ip, (size_t)size);
	attribute(IFA_FLAGS, &flags, sizeof(flags));
	if (size == 4 && a->ifa_prefixlen < 31) {
		uint32_t hosts = a->ifa_prefixlen ? 0xffffffffu >> a->ifa_prefixlen : 0xffffffffu;

		for (int i = 0; i < 4; i++)
			broadcast[i] = (unsigned char)(ip[i] | hosts >> (24 - 8 * i));
		attribute(IFA_BROADCAST, broadcast, 4);
	}
	return acknowledged();
}

/* Bytes of an address, or "-" for none. */
static int address_or_none(char **text, unsigned char *ip)
{
	int size = bytes_of(text, ip, 16);

	skip(text, '-');
	skip(text, ' ');
	return size;
}

static unsigned long next_number(char **text)
{
	unsigned long n = number(text);

	skip(text, ' ');
	return n;
}

/* RTA_GATEWAY, or RTA_VIA where an IPv4 route has an IPv6 gateway. */
static void add_gateway(const unsigned char *via, int size, int family_size)
{
	struct {
		uint16_t family;
		unsigned char address[16];
	} other = { .family = AF_INET6 };

	if (size == family_size) {
		attribute(RTA_GATEWAY, via, (size_t)size);
	} else if (size == 16) {
		memcpy(other.address, via, 16);
		attribute(RTA_VIA, &other, 18);
	}
}

/* " GW F WEIGHT" again and again: one next hop is the route's own, several are RTA_MULTIPATH. */
static void add_hops(struct rtmsg *r, int index, char *text, int family_size)
{
	unsigned char via[16];
	char *second = text;
	uint32_t all = 0;
	int several;

	for (int i = 0; i < 3; i++) {
		while (*second && *second != ' ')
			second++;
		skip(&second, ' ');
	}
	several = *second != 0;
	if (several)
		all = open_attribute(RTA_MULTIPATH);
	for (int n = 0; *text && n < MOST_HOPS; n++) {
		int size = address_or_none(&text, via);
		int flags = next_number(&text) ? RTNH_F_ONLINK : 0;
		unsigned long weight = next_number(&text);

		if (several) {
			uint32_t hop = open_hop(index, flags, (int)weight - 1);

			if (!hop)
				break;
			add_gateway(via, size, family_size);
			close_hop(hop);
			continue;
		}
		if (!size && family_size == 4)
			r->rtm_scope = RT_SCOPE_LINK;
		r->rtm_flags = (unsigned)flags;
		add_gateway(via, size, family_size);
		attribute(RTA_OIF, &index, sizeof(index));
	}
	if (several)
		close_attribute(all);
}

/* Same as: ip route add TYPE IP/PREFIX metric METRIC [mtu MTU] [src SRC] [[nexthop] via GW [onlink]] …
 * in the order TYPE IP/PREFIX METRIC MTU SRC HOPS */
static long add_route(int index, char *text)
{
	unsigned char to[16], from[16];
	unsigned type = (unsigned)next_number(&text), prefix;
	int size = bytes_of(&text, to, 16), source;
	struct rtmsg *r = begin(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sizeof(*r));
	uint32_t metric, mtu, metrics;

	skip(&text, '/');
	prefix = (unsigned)next_number(&text);
	metric = (uint32_t)next_number(&text);
	mtu = (uint32_t)next_number(&text);
	r->rtm_family = size == 4 ? AF_INET : AF_INET6;
	r->rtm_dst_len = (uint8_t)prefix;
	r->rtm_table = RT_TABLE_MAIN;
	r->rtm_protocol = RTPROT_STATIC;
	r->rtm_type = (uint8_t)type;
	r->rtm_scope = RT_SCOPE_UNIVERSE;
	if (gently && type == RTN_UNICAST && size == 4)
		metric += GENTLE_METRIC;
	if (prefix)
		attribute(RTA_DST, to, (size_t)size);
	if (metric)
		attribute(RTA_PRIORITY, &metric, sizeof(metric));
	if (mtu) {
		metrics = open_attribute(RTA_METRICS);
		attribute(RTAX_MTU, &mtu, sizeof(mtu));
		close_attribute(metrics);
	}
	source = address_or_none(&text, from);
	if (source == size)
		attribute(RTA_PREFSRC, from, (size_t)size);
	if (type == RTN_UNICAST)
		add_hops(r, index, text, size);
	return acknowledged();
}

/* Same as: ip rule add from SRC/PREFIX to DST/PREFIX priority P ACTION
 * in the order ACTION P SRC/PREFIX DST/PREFIX */
static long add_rule(int index, char *text)
{
	unsigned char from[16], to[16];
	unsigned action = (unsigned)next_number(&text);
	uint32_t priority = (uint32_t)next_number(&text);
	int size = bytes_of(&text, from, 16);
	struct fib_rule_hdr *r = begin(RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sizeof(*r));

	(void)index;
	skip(&text, '/');
	r->family = size == 4 ? AF_INET : AF_INET6;
	r->src_len = (uint8_t)next_number(&text);
	bytes_of(&text, to, 16);
	skip(&text, '/');
	r->dst_len = (uint8_t)number(&text);
	r->action = (uint8_t)action;
	attribute(FRA_PRIORITY, &priority, sizeof(priority));
	if (r->src_len)
		attribute(FRA_SRC, from, (size_t)size);
	if (r->dst_len)
		attribute(FRA_DST, to, (size_t)size);
	return acknowledged();
}

/* Same as: ip neighbour replace IP lladdr MAC dev INDEX nud permanent */
static long add_neighbour(int index, char *text)
{
	unsigned char ip[16], mac[6];
	int size = bytes_of(&text, ip, 16);
	struct ndmsg *n = begin(RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, sizeof(*n));

	skip(&text, ' ');
	bytes_of(&text, mac, 6);
	n->ndm_family = size == 4 ? AF_INET : AF_INET6;
	n->ndm_ifindex = index;
	n->ndm_state = NUD_PERMANENT;
	attribute(NDA_DST, ip, (size_t)size);
	attribute(NDA_LLADDR, mac, 6);
	return acknowledged();
}

static void for_each(const char *key, int index, long (*act)(int, char *))
{
	char *at = NULL, *value;

	while ((value = next_value(key, &at))) {
		long error = act(index, value);

		if (error < 0 && error != -EEXIST)
			trouble(key, value, error);
	}
}

static void configure(int index)
{
	uint32_t mtu = (uint32_t)number_of("mtu", 0);
	long error;

	set_before_link();
	error = link_up(index, mtu);
	if (error && mtu) {
		say("cannot set the MTU", value_of("mtu"), error);
		error = link_up(index, 0);
	}
	if (error)
		trouble("cannot set the interface up", NULL, error);
	for_each("rule", index, add_rule);
	for_each("address", index, add_address);
	for_each("route", index, add_route);
	for_each("neighbour", index, add_neighbour);
}

static void pod_mac(unsigned char *mac)
{
	char *text = value_of("mac");

	bytes_of(&text, mac, 6);
}

/* Without the interface the guest goes on: the program may bring its driver, and it is waited for then. */
static void set_network(void)
{
	char *text = value_of("mac");
	unsigned char mac[6];
	int index;

	set_before_link();
	route_socket = sys3(__NR_socket, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
	if (route_socket < 0) {
		if (text)
			fail("cannot configure the network", NULL, route_socket);
		return;
	}
	link_up(1, 0); /* lo, always index 1 of the first namespace */
	if (!text)
		return;
	gently = own_init;
	pod_mac(mac);
	index = wait_for_link(mac, own_init ? OWN_INIT_TRIES : NIC_WAIT_TRIES);
	if (!index) {
		open_link_events(); /* before the last look: what comes behind it is heard of */
		index = find_link(mac);
	}
	if (index) {
		configure(index);
		close_link_events();
		return;
	}
	gently = 1;
	say("starting without the interface (is its driver in " MODULES "?), it may come", text, 0);
}

/* Whether the interface is still to come. */
static int is_awaited(void)
{
	return link_events >= 0;
}

/* After news of links: configures the interface if it has come. */
static void look_for_link(void)
{
	unsigned char mac[6];
	int index;

	drain(link_events);
	pod_mac(mac);
	index = find_link(mac);
	if (!index)
		return;
	late = 1;
	close_link_events();
	configure(index);
	set_sysctls(1);
	say("the interface has come, and is configured", value_of("mac"), 0);
}
