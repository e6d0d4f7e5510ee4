/*
 * Who asks for a hardware address, by ARP and by neighbour discovery (RFC 4861).
 */
#ifndef POD_FABRIC_NEIGHBOUR_H
#define POD_FABRIC_NEIGHBOUR_H

#include "packet.h"

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

#endif
