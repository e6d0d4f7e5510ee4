/* IPv4 over Ethernet for one address: ARP, ICMP echo, UDP echo, and TCP for http.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "virtio.h"

enum { ETHERNET_HEADER = 14, IP_HEADER = 20, ICMP = 1, TCP = 6, UDP = 17, UDP_ECHO = 7, MTU = 1500 };

/* What a datagram came with. Answers go to where it came from, so nothing is asked by ARP and no route is needed. */
struct datagram {
  uint8_t mac[MAC_SIZE];
  uint32_t from;
  const uint8_t *bytes; /* behind the IP header */
  size_t size;
};

extern struct address own_address;
extern uint8_t own_mac[MAC_SIZE];

/* Says by ARP that the address is here. */
void net_announce(void);

/* Takes one frame. */
void net_take(const uint8_t *frame, size_t size);

/* Sends a datagram of a protocol, whose checksum is right already. */
void net_send(const struct datagram *to, uint8_t protocol, const uint8_t *bytes, size_t size);

/* The sum of RFC 1071 over bytes, with what was summed before; and its end. */
uint32_t net_sum(uint32_t sum, const uint8_t *bytes, size_t size);
uint16_t net_checksum(uint32_t sum);

/* The pseudo header of UDP and TCP between this guest and another host. */
uint32_t net_pseudo_sum(uint32_t other, uint8_t protocol, size_t size);

static inline uint16_t net16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static inline uint32_t net32(const uint8_t *at) { return (uint32_t)net16(at) << 16 | net16(at + 2); }

static inline void net_put16(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static inline void net_put32(uint8_t *at, uint32_t value) {
  net_put16(at, value >> 16);
  net_put16(at + 2, value);
}
