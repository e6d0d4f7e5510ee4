#include "netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "samples.h"

static struct nlmsghdr *newest(struct requests *requests) {
  return (struct nlmsghdr *)(void *)(requests->bytes + requests->last);
}

// Appends `length` bytes and the zeros that align what follows.
static uint8_t *append(struct requests *requests, const void *value, size_t length) {
  size_t aligned = NLMSG_ALIGN(length);
  if (requests->length + aligned > sizeof(requests->bytes)) fail(EMSGSIZE, "netlink request");
  uint8_t *place = requests->bytes + requests->length;
  memset(place, 0, aligned);
  if (value != NULL) memcpy(place, value, length);
  requests->length += aligned;
  newest(requests)->nlmsg_len = (uint32_t)(requests->length - requests->last);
  return place;
}

int netlink_open(void) {
  int socket_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (socket_fd < 0) fail(errno, "socket(AF_NETLINK)");
  int on = 1;
  if (setsockopt(socket_fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) != 0
      || setsockopt(socket_fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) != 0) {
    fail(errno, "setsockopt(SOL_NETLINK)");
  }
  return socket_fd;
}

void requests_clear(struct requests *requests) {
  requests->length = 0;
  requests->last = 0;
  requests->count = 0;
}

void request_begin(struct requests *requests, uint16_t type, uint16_t flags, const void *body, size_t length) {
  struct nlmsghdr header = {
      .nlmsg_type = type, .nlmsg_flags = flags | NLM_F_REQUEST, .nlmsg_seq = ++requests->sequence};
  requests->last = requests->length;
  requests->count++;
  append(requests, &header, sizeof(header));
  append(requests, body, length);
}

void request_attribute(struct requests *requests, uint16_t type, const void *value, size_t length) {
  struct nlattr attribute = {.nla_len = (uint16_t)(NLA_HDRLEN + length), .nla_type = type};
  append(requests, &attribute, sizeof(attribute));
  append(requests, value, length);
}

size_t request_nest_begin(struct requests *requests, uint16_t type) {
  size_t nest = requests->length;
  request_attribute(requests, type | NLA_F_NESTED, NULL, 0);
  return nest;
}

void request_nest_end(struct requests *requests, size_t nest) {
  struct nlattr *attribute = (struct nlattr *)(void *)(requests->bytes + nest);
  attribute->nla_len = (uint16_t)(requests->length - nest);
}

// The kernel's words in an NLMSG_ERROR that was cut by NETLINK_CAP_ACK, or "".
static const char *kernel_words(const struct nlmsghdr *header) {
  if ((header->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return "";
  size_t offset = NLMSG_HDRLEN + sizeof(struct nlmsgerr);
  while (offset + NLA_HDRLEN <= header->nlmsg_len) {
    const struct nlattr *attribute = (const void *)((const uint8_t *)header + offset);
    if (attribute->nla_len < NLA_HDRLEN) return "";
    if (attribute->nla_type == NLMSGERR_ATTR_MSG) return (const char *)attribute + NLA_HDRLEN;
    offset += NLA_ALIGN(attribute->nla_len);
  }
  return "";
}

static void send_all(struct requests *requests, int socket, const char *what) {
  ssize_t sent = send(socket, requests->bytes, requests->length, 0);
  if (sent != (ssize_t)requests->length) fail(errno, "send(%s)", what);
}

void requests_exchange(struct requests *requests, int socket, const char *what) {
  uint32_t last = newest(requests)->nlmsg_seq;
  send_all(requests, socket, what);
  for (;;) {
    _Alignas(NLMSG_ALIGNTO) uint8_t answer[4096];
    ssize_t received = recv(socket, answer, sizeof(answer), 0);
    if (received < 0) fail(errno, "recv(%s)", what);
    const struct nlmsghdr *header = (const void *)answer;
    if (header->nlmsg_type != NLMSG_ERROR) fail(0, "%s: netlink message of type %u", what, header->nlmsg_type);
    const struct nlmsgerr *verdict = NLMSG_DATA(header);
    if (verdict->error != 0) {
      fail(-verdict->error, "%s, request %u of %d: %s", what,
           requests->count - (last - header->nlmsg_seq), requests->count, kernel_words(header));
    }
    if (header->nlmsg_seq == last) return;
  }
}

int requests_link_index(struct requests *requests, int socket, const char *what) {
  send_all(requests, socket, what);
  _Alignas(NLMSG_ALIGNTO) uint8_t answer[8192];
  ssize_t received = recv(socket, answer, sizeof(answer), 0);
  if (received < 0) fail(errno, "recv(%s)", what);
  const struct nlmsghdr *header = (const void *)answer;
  if (header->nlmsg_type == NLMSG_ERROR) {
    fail(-((const struct nlmsgerr *)NLMSG_DATA(header))->error, "%s: %s", what, kernel_words(header));
  }
  return ((const struct ifinfomsg *)NLMSG_DATA(header))->ifi_index;
}
