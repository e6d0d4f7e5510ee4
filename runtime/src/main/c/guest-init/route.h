/* rtnetlink: one request at a time, and links. */
#pragma once
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/time_types.h>
#include "system.h"
#include "message.h"

#define NIC_WAIT_TRIES 400
#define OWN_INIT_TRIES 40
#define NIC_WAIT_NANOS 5000000

/* Room for one request with its next hops, and for one datagram of a link dump (the kernel fills up to 32 KiB). */
static union {
	struct nlmsghdr header;
	char bytes[4096];
} request;
static union {
	struct nlmsghdr header;
	char bytes[32768];
} answer;
static long route_socket = -1;

static void *begin(int type, int flags, size_t size)
{
	memset(&request, 0, sizeof(request));
	request.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(size);
	request.header.nlmsg_type = (uint16_t)type;
	request.header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	return NLMSG_DATA(&request.header);
}

/* What does not fit is left out; the kernel refuses what is missed then. */
static int has_room(size_t size)
{
	return NLMSG_ALIGN(request.header.nlmsg_len) + RTA_SPACE(size) <= sizeof(request);
}

static void attribute(int type, const void *value, size_t size)
{
	struct rtattr *a = (void *)(request.bytes + NLMSG_ALIGN(request.header.nlmsg_len));

	if (!has_room(size))
		return;
	a->rta_type = (uint16_t)type;
	a->rta_len = (uint16_t)RTA_LENGTH(size);
	memcpy(RTA_DATA(a), value, size);
	request.header.nlmsg_len = NLMSG_ALIGN(request.header.nlmsg_len) + (uint32_t)RTA_ALIGN(a->rta_len);
}

/* Begins an attribute that holds others; what is returned ends it. */
static uint32_t open_attribute(int type)
{
	uint32_t at = NLMSG_ALIGN(request.header.nlmsg_len);

	attribute(type, NULL, 0);
	return at;
}

static void close_attribute(uint32_t at)
{
	((struct rtattr *)(request.bytes + at))->rta_len = (uint16_t)(request.header.nlmsg_len - at);
}

/* One of several next hops: a header, and attributes behind it. */
static uint32_t open_hop(int index, int flags, int weight)
{
	uint32_t at = NLMSG_ALIGN(request.header.nlmsg_len);
	struct rtnexthop *hop = (void *)(request.bytes + at);

	if (!has_room(sizeof(*hop) + RTA_SPACE(18)))
		return 0;
	hop->rtnh_flags = (unsigned char)flags;
	hop->rtnh_hops = (unsigned char)weight;
	hop->rtnh_ifindex = index;
	request.header.nlmsg_len = at + (uint32_t)sizeof(*hop);
	return at;
}

static void close_hop(uint32_t at)
{
	((struct rtnexthop *)(request.bytes + at))->rtnh_len = (uint16_t)(request.header.nlmsg_len - at);
}

/* Sends the request, flagged NLM_F_ACK, and gives the kernel's answer: 0 or a negative errno. */
static long acknowledged(void)
{
	long n = sys6(__NR_sendto, route_socket, &request, request.header.nlmsg_len, 0, 0, 0);

	if (n < 0)
		return n;
	n = sys6(__NR_recvfrom, route_socket, &answer, sizeof(answer), 0, 0, 0);
	if (n < (long)NLMSG_LENGTH(sizeof(struct nlmsgerr)))
		return n < 0 ? n : -EINVAL;
	return ((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
}

/* Same as: ip link set INDEX up [mtu MTU] */
static long link_up(int index, uint32_t mtu)
{
	struct ifinfomsg *link = begin(RTM_NEWLINK, NLM_F_ACK, sizeof(*link));

	link->ifi_index = index;
	link->ifi_flags = IFF_UP;
	link->ifi_change = IFF_UP;
	if (mtu)
		attribute(IFLA_MTU, &mtu, sizeof(mtu));
	return acknowledged();
}

static int has_address(struct nlmsghdr *m, const unsigned char *mac)
{
	struct ifinfomsg *link = NLMSG_DATA(m);
	struct rtattr *a = IFLA_RTA(link);
	int left = (int)IFLA_PAYLOAD(m);

	if (link->ifi_type != ARPHRD_ETHER)
		return 0;
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == IFLA_ADDRESS && RTA_PAYLOAD(a) == 6)
			return same(RTA_DATA(a), mac, 6);
	return 0;
}

/* The index of the Ethernet interface with this address; 0 if there is none. */
static int find_link(const unsigned char *mac)
{
	int found = 0;

	((struct ifinfomsg *)begin(RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg)))->ifi_family = 0;
	if (sys6(__NR_sendto, route_socket, &request, request.header.nlmsg_len, 0, 0, 0) < 0)
		return 0;
	for (;;) {
		long n = sys6(__NR_recvfrom, route_socket, &answer, sizeof(answer), 0, 0, 0);
		struct nlmsghdr *m = &answer.header;

		if (n <= 0)
			return found;
		for (; NLMSG_OK(m, n); m = NLMSG_NEXT(m, n)) {
			if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR)
				return found;
			if (m->nlmsg_type == RTM_NEWLINK && !found && has_address(m, mac))
				found = ((struct ifinfomsg *)NLMSG_DATA(m))->ifi_index;
		}
	}
}

/* Drivers probe in the background: waits for the interface. */
static int wait_for_link(const unsigned char *mac, int tries)
{
	struct __kernel_timespec pause = { .tv_sec = 0, .tv_nsec = NIC_WAIT_NANOS };
	int index = find_link(mac);

	for (int i = 0; !index && i < tries; i++) {
		sys2(__NR_nanosleep, &pause, 0);
		index = find_link(mac);
	}
	return index;
}

/* News of links, on a socket of their own: they do not come between a request and its answer. */
static long link_events = -1;

static void open_link_events(void)
{
	struct sockaddr_nl all = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };

	link_events = sys3(__NR_socket, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
	if (link_events >= 0)
		sys3(__NR_bind, link_events, &all, sizeof(all));
}

static void close_link_events(void)
{
	if (link_events >= 0)
		sys1(__NR_close, link_events);
	link_events = -1;
}

/* The news themselves do not matter, because the caller asks for the present state. */
static void drain(long socket)
{
	while (sys6(__NR_recvfrom, socket, &answer, sizeof(answer), MSG_DONTWAIT, 0, 0) > 0)
		;
}
