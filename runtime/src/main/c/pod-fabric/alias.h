/*
 * Addresses of the two sides, which stand for who sent a packet.
 */
#ifndef POD_FABRIC_ALIAS_H
#define POD_FABRIC_ALIAS_H

#include "../pod-fabric.h"
#include "packet.h"

#define DNS NET16(53) /* of ALIAS_HOST: the resolver */

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

#endif
