/* The interface of the pod: address, routes, neighbours. */
#pragma once
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include "conf.h"
#include "module.h"
#include "route.h"

/* Drivers probe in the background: waits for the interface, two seconds at most. */
static int wait_for_link(const unsigned char *mac)
{
	struct __kernel_timespec pause = { .tv_sec = 0, .tv_nsec = NIC_WAIT_NANOS };
	int index = find_link(mac);

	for (int i = 0; !index && i < NIC_WAIT_TRIES; i++) {
		sys2(__NR_nanosleep, &pause, 0);
		index = find_link(mac);
	}
	return index;
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

/* Same as: ip route add IP/PREFIX [via GW [onlink]] dev INDEX [mtu MTU] [src SRC] */
static long add_route(int index, char *text)
{
	unsigned char to[16], via[16], from[16];
	struct {
		struct rtattr header;
		uint32_t value;
	} mtu = { .header = { .rta_len = RTA_LENGTH(sizeof(uint32_t)), .rta_type = RTAX_MTU } };
	int size = bytes_of(&text, to, 16), gateway;
	struct rtmsg *r = begin(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sizeof(*r));

	skip(&text, '/');
	r->rtm_family = size == 4 ? AF_INET : AF_INET6;
	r->rtm_dst_len = (uint8_t)number(&text);
	skip(&text, ' ');
	gateway = bytes_of(&text, via, 16);
	skip(&text, '-');
	skip(&text, ' ');
	r->rtm_table = RT_TABLE_MAIN;
	r->rtm_protocol = RTPROT_STATIC;
	r->rtm_type = RTN_UNICAST;
	r->rtm_scope = gateway || size == 16 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	r->rtm_flags = number(&text) ? RTNH_F_ONLINK : 0;
	if (r->rtm_dst_len)
		attribute(RTA_DST, to, (size_t)size);
	if (gateway)
		attribute(RTA_GATEWAY, via, (size_t)gateway);
	attribute(RTA_OIF, &index, sizeof(index));
	skip(&text, ' ');
	mtu.value = (uint32_t)number(&text);
	if (mtu.value)
		attribute(RTA_METRICS, &mtu, sizeof(mtu));
	skip(&text, ' ');
	if (bytes_of(&text, from, 16) == size)
		attribute(RTA_PREFSRC, from, (size_t)size);
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
			fail(key, value, error);
	}
}

static void set_network(void)
{
	char *text = value_of("mac");
	unsigned char mac[6];
	uint32_t mtu = (uint32_t)number_of("mtu", 0);
	long error;
	int index;

	route_socket = sys3(__NR_socket, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
	if (route_socket < 0) {
		if (text)
			fail("cannot configure the network", NULL, route_socket);
		return;
	}
	link_up(1, 0); /* lo, always index 1 of the first namespace */
	if (!text)
		return;
	bytes_of(&text, mac, 6);
	index = wait_for_link(mac);
	if (!index)
		fail("no interface with this address (is its driver in " MODULES "?)", value_of("mac"), 0);
	error = link_up(index, mtu);
	if (error && mtu) {
		say("cannot set the MTU", value_of("mtu"), error);
		error = link_up(index, 0);
	}
	if (error)
		fail("cannot set the interface up", NULL, error);
	for_each("address", index, add_address);
	for_each("route", index, add_route);
	for_each("neighbour", index, add_neighbour);
	sys1(__NR_close, route_socket);
}

/*
 * Nobody asks on the link whether an address is somebody else's. The link-local one is made of the
 * pod interface's MAC, so the pod's own stack has it too: behind a bridge that sends a frame back
 * by the port it came from (hairpin mode of CNI's plugin) it would answer, and the guest lose it.
 * A kernel without IPv6 has no such files.
 */
static void trust_addresses(void)
{
	write_setting("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
	write_setting("/proc/sys/net/ipv6/conf/eth0/accept_dad", "0");
}
