/* Everything that network namespaces and mounts consist of, as lines to compare, in a few milliseconds.
 *
 *   observe [NETNS]...
 *
 * For each line of standard input: the own network namespace, the own mounts, then the namespaces named; a line
 * "end" follows. Links, addresses, routes, rules, qdiscs, filters and nftables are the kernel's own messages, one a
 * line, attributes as NUMBER:HEX; then the settings under /proc/sys/net. Left out is what changes by itself:
 * counters, timers, operational states. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINKS = 512 };
static int links[LINKS], link_count;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void hex(const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) printf("%02x", ((const unsigned char *)bytes)[i]);
}

/* Counters, times and states that follow from others. IFLA_AF_SPEC repeats the settings, with counters. */
static int is_left_out(int request, int attribute) {
  switch (request) {
    case RTM_GETLINK:
      return attribute == IFLA_STATS || attribute == IFLA_STATS64 || attribute == IFLA_AF_SPEC ||
             attribute == IFLA_OPERSTATE || attribute == IFLA_CARRIER_CHANGES || attribute == IFLA_CARRIER_UP_COUNT ||
             attribute == IFLA_CARRIER_DOWN_COUNT;
    case RTM_GETADDR:
      return attribute == IFA_CACHEINFO;
    case RTM_GETROUTE:
      return attribute == RTA_CACHEINFO;
    case RTM_GETQDISC:
      return attribute == TCA_STATS || attribute == TCA_STATS2 || attribute == TCA_XSTATS;
  }
  return 0;
}

static void print_message(const char *name, int request, struct nlmsghdr *message, size_t header) {
  char *payload = NLMSG_DATA(message);
  int left = (int)(message->nlmsg_len - NLMSG_LENGTH(header));
  if (request == RTM_GETLINK) {
    struct ifinfomsg *info = NLMSG_DATA(message);
    if (link_count < LINKS) links[link_count++] = info->ifi_index;
    info->ifi_flags &= ~(unsigned)(IFF_RUNNING | (1 << 16)); /* IFF_LOWER_UP */
    info->ifi_change = 0;
  }
  printf("%s ", name);
  hex(payload, header);
  for (struct rtattr *attribute = (struct rtattr *)(payload + NLMSG_ALIGN(header)); RTA_OK(attribute, left);
       attribute = RTA_NEXT(attribute, left)) {
    if (is_left_out(request, attribute->rta_type)) continue;
    printf(" %d:", attribute->rta_type);
    hex(RTA_DATA(attribute), RTA_PAYLOAD(attribute));
  }
  putchar('\n');
}

/* What a dump was refused with: a kernel without that part has nothing to list. */
static int is_last(const struct nlmsghdr *message) {
  return message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR;
}

static void dump(int protocol, const char *name, int request, const void *body, size_t length) {
  static char answer[1 << 17];
  struct {
    struct nlmsghdr header;
    char body[64];
  } question = {.header = {.nlmsg_len = NLMSG_LENGTH((uint32_t)length),
                           .nlmsg_type = (uint16_t)request,
                           .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
  memcpy(question.body, body, length);
  int socket_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (socket_fd < 0) {
    if (errno == EPROTONOSUPPORT) return;
    die("socket");
  }
  if (send(socket_fd, &question, question.header.nlmsg_len, 0) < 0) die("send");
  for (int last = 0; !last;) {
    ssize_t got = recv(socket_fd, answer, sizeof answer, 0);
    if (got < 0) die("recv");
    for (struct nlmsghdr *message = (struct nlmsghdr *)answer; NLMSG_OK(message, (size_t)got) && !last;
         message = NLMSG_NEXT(message, got)) {
      last = is_last(message);
      if (!last) print_message(name, request, message, length);
    }
  }
  close(socket_fd);
}

static void print_filters(void) {
  static const uint32_t parents[] = {0, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)};
  for (int i = 0; i < link_count; i++)
    for (size_t j = 0; j < sizeof parents / sizeof parents[0]; j++) {
      struct tcmsg filter = {.tcm_ifindex = links[i], .tcm_parent = parents[j]};
      dump(NETLINK_ROUTE, "filter", RTM_GETTFILTER, &filter, sizeof filter);
    }
}

static void print_nftables(void) {
  static const int requests[] = {NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETRULE, NFT_MSG_GETSET};
  struct nfgenmsg all = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0};
  for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
    dump(NETLINK_NETFILTER, "nft", NFNL_SUBSYS_NFTABLES << 8 | requests[i], &all, sizeof all);
}

static void print_file(const char *path) {
  char text[4096];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (file >= 0) close(file);
  if (length < 0) return; /* some are for writing only, some not set */
  text[length] = 0;
  text[strcspn(text, "\n")] = 0;
  printf("%s %s\n", path, text);
}

static int print_setting(const char *path, const struct stat *status, int kind, struct FTW *where) {
  (void)status;
  (void)where;
  if (kind == FTW_F) print_file(path);
  return 0;
}

static void print_namespace(void) {
  static const int families[] = {AF_INET, AF_INET6};
  struct ifinfomsg link = {0};
  struct ifaddrmsg address = {0};
  struct tcmsg qdisc = {0};
  link_count = 0;
  dump(NETLINK_ROUTE, "link", RTM_GETLINK, &link, sizeof link);
  dump(NETLINK_ROUTE, "addr", RTM_GETADDR, &address, sizeof address);
  for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
    struct rtmsg route = {.rtm_family = (unsigned char)families[i]};
    struct fib_rule_hdr rule = {.family = (uint8_t)families[i]};
    dump(NETLINK_ROUTE, "route", RTM_GETROUTE, &route, sizeof route);
    dump(NETLINK_ROUTE, "rule", RTM_GETRULE, &rule, sizeof rule);
  }
  dump(NETLINK_ROUTE, "qdisc", RTM_GETQDISC, &qdisc, sizeof qdisc);
  print_filters();
  print_nftables();
  nftw("/proc/sys/net/ipv4/conf", print_setting, 16, FTW_PHYS);
  nftw("/proc/sys/net/ipv6/conf", print_setting, 16, FTW_PHYS);
  print_file("/proc/sys/net/ipv4/ip_forward");
}

/* Without the numbers of mounts and peer groups, which are new for each mount. */
static void print_mounts(void) {
  char line[4096];
  FILE *file = fopen("/proc/self/mountinfo", "re");
  if (file == NULL) die("mountinfo");
  while (fgets(line, sizeof line, file) != NULL) {
    const char *rest = strchr(line, ' ');
    rest = rest == NULL ? NULL : strchr(rest + 1, ' ');
    rest = rest == NULL ? NULL : strchr(rest + 1, ' ');
    if (rest != NULL) printf("mount%s", rest);
  }
  fclose(file);
}

int main(int argc, char **argv) {
  char line[16];
  int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (own < 0) die("own namespace");
  int *others = calloc((size_t)argc, sizeof *others);
  for (int i = 1; i < argc; i++)
    if (others == NULL || (others[i] = open(argv[i], O_RDONLY | O_CLOEXEC)) < 0) die(argv[i]);
  while (fgets(line, sizeof line, stdin) != NULL) {
    puts("## node");
    print_namespace();
    print_mounts();
    for (int i = 1; i < argc; i++) {
      printf("## %s\n", argv[i]);
      if (setns(others[i], CLONE_NEWNET) != 0) die(argv[i]);
      print_namespace();
    }
    if (setns(own, CLONE_NEWNET) != 0) die("own namespace");
    puts("end");
    fflush(stdout);
  }
}
