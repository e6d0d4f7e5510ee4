#include "net.h"

#include "http.h"
#include "text.h"

enum {
  TYPE_IP = 0x0800,
  TYPE_ARP = 0x0806,
  ARP_SIZE = 28,
  ARP_REQUEST = 1,
  ARP_REPLY = 2,
  ECHO_REPLY = 0,
  UNREACHABLE = 3,
  PORT_UNREACHABLE = 3,
  ECHO_REQUEST = 8,
  UDP_HEADER = 8,
  TIME_TO_LIVE = 64,
};

struct address own_address;
uint8_t own_mac[MAC_SIZE];

static uint8_t out[ETHERNET_HEADER + MTU];

uint32_t net_sum(uint32_t sum, const uint8_t *bytes, size_t size) {
  for (; size > 1; bytes += 2, size -= 2) sum += net16(bytes);
  return size ? sum + (uint32_t)(bytes[0] << 8) : sum;
}

uint16_t net_checksum(uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

uint32_t net_pseudo_sum(uint32_t other, uint8_t protocol, size_t size) {
  uint32_t own = own_address.own;
  return (own >> 16) + (own & 0xffff) + (other >> 16) + (other & 0xffff) + protocol + (uint32_t)size;
}

static void ethernet(const uint8_t to[MAC_SIZE], uint16_t type) {
  memcpy(out, to, MAC_SIZE);
  memcpy(out + MAC_SIZE, own_mac, MAC_SIZE);
  net_put16(out + 12, type);
}

static void send_arp(uint16_t operation, const uint8_t mac[MAC_SIZE], uint32_t address) {
  static const uint8_t fixed[6] = {0, 1, 8, 0, 6, 4}; /* Ethernet, IPv4, sizes of their addresses */
  static const uint8_t everybody[MAC_SIZE] = {255, 255, 255, 255, 255, 255};
  uint8_t *arp = out + ETHERNET_HEADER;
  ethernet(operation == ARP_REPLY ? mac : everybody, TYPE_ARP);
  memcpy(arp, fixed, sizeof fixed);
  net_put16(arp + 6, operation);
  memcpy(arp + 8, own_mac, MAC_SIZE);
  net_put32(arp + 14, own_address.own);
  memcpy(arp + 18, mac, MAC_SIZE);
  net_put32(arp + 24, address);
  virtio_send(out, ETHERNET_HEADER + ARP_SIZE);
}

void net_announce(void) {
  static const uint8_t unknown[MAC_SIZE];
  send_arp(ARP_REQUEST, unknown, own_address.own);
}

static void take_arp(const uint8_t *arp, size_t size) {
  if (size >= ARP_SIZE && net16(arp + 6) == ARP_REQUEST && net32(arp + 24) == own_address.own &&
      net32(arp + 14) != own_address.own) {
    send_arp(ARP_REPLY, arp + 8, net32(arp + 14));
  }
}

void net_send(const struct datagram *to, uint8_t protocol, const uint8_t *bytes, size_t size) {
  static uint16_t identification;
  uint8_t *ip = out + ETHERNET_HEADER;
  if (size > MTU - IP_HEADER) return;
  ethernet(to->mac, TYPE_IP);
  memset(ip, 0, IP_HEADER);
  ip[0] = 0x45;
  net_put16(ip + 2, (uint32_t)(IP_HEADER + size));
  net_put16(ip + 4, identification++);
  ip[8] = TIME_TO_LIVE;
  ip[9] = protocol;
  net_put32(ip + 12, own_address.own);
  net_put32(ip + 16, to->from);
  net_put16(ip + 10, net_checksum(net_sum(0, ip, IP_HEADER)));
  memcpy(ip + IP_HEADER, bytes, size);
  virtio_send(out, ETHERNET_HEADER + IP_HEADER + size);
}

static void take_icmp(const struct datagram *in) {
  static uint8_t reply[MTU];
  if (in->size < 8 || in->size > MTU - IP_HEADER || in->bytes[0] != ECHO_REQUEST) return;
  memcpy(reply, in->bytes, in->size);
  reply[0] = ECHO_REPLY;
  net_put16(reply + 2, 0);
  net_put16(reply + 2, net_checksum(net_sum(0, reply, in->size)));
  net_send(in, ICMP, reply, in->size);
}

/* RFC 792: the header that was refused and 8 bytes behind it follow. */
static void refuse(const struct datagram *in, const uint8_t *ip) {
  uint8_t message[8 + IP_HEADER + 8] = {UNREACHABLE, PORT_UNREACHABLE};
  memcpy(message + 8, ip, IP_HEADER);
  memcpy(message + 8 + IP_HEADER, in->bytes, 8);
  net_put16(message + 2, net_checksum(net_sum(0, message, sizeof message)));
  net_send(in, ICMP, message, sizeof message);
}

static void take_udp(const struct datagram *in, const uint8_t *ip) {
  static uint8_t reply[MTU];
  size_t size = in->size < UDP_HEADER ? 0 : net16(in->bytes + 4);
  if (size < UDP_HEADER || size > in->size || size > MTU - IP_HEADER) return;
  if (net16(in->bytes + 2) != UDP_ECHO) {
    refuse(in, ip);
    return;
  }
  memcpy(reply, in->bytes, size);
  memcpy(reply, in->bytes + 2, 2);
  memcpy(reply + 2, in->bytes, 2);
  net_put16(reply + 6, 0);
  uint16_t sum = net_checksum(net_sum(net_pseudo_sum(in->from, UDP, size), reply, size));
  net_put16(reply + 6, sum ? sum : 0xffff);
  net_send(in, UDP, reply, size);
}

static void take_ip(const uint8_t *frame, const uint8_t *ip, size_t size) {
  if (size < IP_HEADER || ip[0] != 0x45) return; /* options are for nobody here */
  size_t total = net16(ip + 2);
  bool whole = !(net16(ip + 6) & 0x3fff); /* no fragment */
  if (total < IP_HEADER || total > size || !whole || net_checksum(net_sum(0, ip, IP_HEADER))) return;
  if (net32(ip + 16) != own_address.own) return;
  struct datagram in = {.from = net32(ip + 12), .bytes = ip + IP_HEADER, .size = total - IP_HEADER};
  memcpy(in.mac, frame + MAC_SIZE, MAC_SIZE);
  if (ip[9] == ICMP) take_icmp(&in);
  if (ip[9] == UDP) take_udp(&in, ip);
  if (ip[9] == TCP) http_take(&in);
}

void net_take(const uint8_t *frame, size_t size) {
  if (size < ETHERNET_HEADER) return;
  uint16_t type = net16(frame + 12);
  if (type == TYPE_ARP) take_arp(frame + ETHERNET_HEADER, size - ETHERNET_HEADER);
  if (type == TYPE_IP) take_ip(frame, frame + ETHERNET_HEADER, size - ETHERNET_HEADER);
}
