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
 *
 * One unit of translation: each header of pod-fabric/ is one subject and has its functions in it.
 */
#include "pod-fabric/from-net.h"
#include "pod-fabric/from-guest.h"
#include "pod-fabric/from-lo.h"

char _license[] SEC("license") = "GPL";
