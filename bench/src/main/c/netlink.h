// rtnetlink with nothing between the caller and the kernel: one buffer, one socket, netlink(7) and rtnetlink(7).
#ifndef URUNJ_BENCH_NETLINK_H
#define URUNJ_BENCH_NETLINK_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

// One or several requests that travel in one send(2).
struct requests {
  _Alignas(NLMSG_ALIGNTO) uint8_t bytes[4096];
  size_t length;
  size_t last;   // offset of the newest request's header
  int count;     // requests in the buffer
  uint32_t sequence;
};

// A NETLINK_ROUTE socket with short acknowledgements (NETLINK_CAP_ACK) that carry the kernel's own words (NETLINK_EXT_ACK).
int netlink_open(void);

void requests_clear(struct requests *requests);

// Opens a request: `body` is the fixed part (struct ifinfomsg, tcmsg). NLM_F_REQUEST is added to `flags`.
void request_begin(struct requests *requests, uint16_t type, uint16_t flags, const void *body, size_t length);

void request_attribute(struct requests *requests, uint16_t type, const void *value, size_t length);

// Opens a nested attribute and returns what request_nest_end needs.
size_t request_nest_begin(struct requests *requests, uint16_t type);

void request_nest_end(struct requests *requests, size_t nest);

// Sends the buffer with one send(2) and reads until the kernel has acknowledged every request that carries NLM_F_ACK.
// Ends the process with `what` and the kernel's error where one was refused.
void requests_exchange(struct requests *requests, int socket, const char *what);

// Sends the one RTM_GETLINK request of the buffer and returns the ifi_index of its answer.
int requests_link_index(struct requests *requests, int socket, const char *what);

#endif
