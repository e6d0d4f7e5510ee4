/* A guest that is nothing but an address behind a TAP: it answers ARP and ping. What includes this says in fail() why it
 * cannot go on. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned char frame[65536];
static unsigned char mac[6];
static uint32_t address;

__attribute__((noreturn)) static void fail(const char *problem);

static void take_mac(const char *text) {
  sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5);
}

/* Without struct virtio_net_hdr, as Solo5's tenders. */
static int open_tap(const char *name) {
  struct ifreq request = {0};
  int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (tun < 0) fail("cannot open /dev/net/tun");
  snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (ioctl(tun, TUNSETIFF, &request) != 0) fail("cannot attach to its TAP");
  return tun;
}

static uint16_t checksum(const unsigned char *data, size_t length) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < length; i += 2) sum += (uint32_t)(data[i] << 8 | data[i + 1]);
  if (length % 2 != 0) sum += (uint32_t)data[length - 1] << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons((uint16_t)~sum);
}

static int answers_arp(size_t length) {
  struct ether_arp *arp = (struct ether_arp *)(frame + ETH_HLEN);
  if (length < ETH_HLEN + sizeof *arp || ntohs(arp->ea_hdr.ar_op) != ARPOP_REQUEST) return 0;
  if (memcmp(arp->arp_tpa, &address, 4) != 0) return 0;
  arp->ea_hdr.ar_op = htons(ARPOP_REPLY);
  memcpy(arp->arp_tpa, arp->arp_spa, 4);
  memcpy(arp->arp_tha, arp->arp_sha, ETH_ALEN);
  memcpy(arp->arp_spa, &address, 4);
  memcpy(arp->arp_sha, mac, ETH_ALEN);
  return 1;
}

static int answers_ping(size_t length) {
  struct iphdr *ip = (struct iphdr *)(frame + ETH_HLEN);
  size_t header = (size_t)ip->ihl * 4, total = ntohs(ip->tot_len);
  struct icmphdr *icmp = (struct icmphdr *)((unsigned char *)ip + header);
  if (length < ETH_HLEN + total || total < header + sizeof *icmp) return 0;
  if (ip->protocol != IPPROTO_ICMP || ip->daddr != address || icmp->type != ICMP_ECHO) return 0;
  ip->daddr = ip->saddr;
  ip->saddr = address;
  icmp->type = ICMP_ECHOREPLY;
  icmp->checksum = 0;
  icmp->checksum = checksum((unsigned char *)icmp, total - header);
  return 1;
}

static int answers(size_t length) {
  struct ethhdr *ethernet = (struct ethhdr *)frame;
  int known = 0;
  if (length < ETH_HLEN + sizeof(struct iphdr)) return 0;
  if (ntohs(ethernet->h_proto) == ETH_P_ARP) known = answers_arp(length);
  if (ntohs(ethernet->h_proto) == ETH_P_IP) known = answers_ping(length);
  memcpy(ethernet->h_dest, ethernet->h_source, ETH_ALEN);
  memcpy(ethernet->h_source, mac, ETH_ALEN);
  return known;
}

__attribute__((noreturn)) static void serve(int tap) {
  while (1) {
    ssize_t length = read(tap, frame, sizeof frame);
    if (length > 0 && answers((size_t)length) && write(tap, frame, (size_t)length) < 0)
      fail("cannot write to its TAP");
  }
}
