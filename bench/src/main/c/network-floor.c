// The floor under urunj's pod network: the same acts as bare system calls, so that you can tell what urunj adds from what
// the kernel takes.
//
//   network-floor [--loops N] [--warmup N] [--variants base,batch,…] [--link eth0] [--owner UID] [--group GID]
//
// Runs in a network namespace that its caller prepared: a veth `eth0` with address and default route, nothing else.
// One loop sets up a TAP `tap0_urunc` and the redirect between it and eth0, and takes both down again. Variants take turns,
// loop by loop in random order, and sample i of each is of the same round. Prints one JSON object per variant and line:
//   {"kind":"network","peer":"floor","variant":"base","unit":"us","measures":{"setup":{"n":…,"median":…,…},…}}
// The TAP is not persistent: it goes when its only descriptor is closed, in this program's hands or by its death.
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <getopt.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "netlink.h"
#include "samples.h"

enum { PRIORITY = 0x7572, NODE = 0x777, ETH_P_ALL_BE = 0x0300 };

static const char TAP[] = "tap0_urunc";
static const uint8_t COOKIE[TC_COOKIE_MAX_SIZE] = "urunj-bench-0001";

// What is left out or done differently; all false is what urunj does.
struct variant {
  const char *name;
  bool batch;            // all requests of the set-up in one send(2)
  bool last_ack_only;    // with batch: NLM_F_ACK on the last request only; the kernel still reports each error
  bool without_cookie;   // no TCA_ACT_COOKIE
  bool without_pfifo;    // the TAP keeps net.core.default_qdisc
  bool index_by_ioctl;   // SIOCGIFINDEX instead of RTM_GETLINK
  bool socket_each;      // a new socket per exchange, as urunc does
  bool without_address;  // IFLA_INET6_ADDR_GEN_MODE none: no fe80:: on the TAP
};

static const struct variant VARIANTS[] = {
    {.name = "base"},
    {.name = "control"},  // the same again: how far two equal variants lie apart
    {.name = "batch", .batch = true},
    {.name = "batch-last-ack", .batch = true, .last_ack_only = true},
    {.name = "no-cookie", .without_cookie = true},
    {.name = "no-pfifo", .without_pfifo = true},
    {.name = "index-by-ioctl", .index_by_ioctl = true},
    {.name = "socket-each", .socket_each = true},
    {.name = "no-fe80", .without_address = true},
};
enum { VARIANT_COUNT = sizeof(VARIANTS) / sizeof(VARIANTS[0]) };

enum measure {
  SETUP, SETUP_CPU, OPEN, TUNSETIFF_CALL, OWNER, INDEX, PFIFO, UP, INGRESS, FILTERS, MESSAGES,
  TEARDOWN, TEARDOWN_CPU, TEARDOWN_TC, TEARDOWN_CLOSE, MEASURE_COUNT
};
static const char *const MEASURE_NAMES[MEASURE_COUNT] = {
    "setup", "setup_cpu", "open", "tunsetiff", "owner_group", "index", "pfifo", "mtu_up", "ingress", "filters", "messages",
    "teardown", "teardown_cpu", "teardown_tc", "teardown_close"};

struct floor {
  const struct variant *variant;
  struct samples *measures;  // MEASURE_COUNT of them, or NULL while warming up
  struct requests requests;
  int socket;
  int link;  // ifi_index of eth0
  int tap;   // ifi_index of the TAP
  uint32_t mtu;
  unsigned owner;
  unsigned group;
  double lap;
};

static void record(struct floor *floor, enum measure measure, double nanoseconds) {
  if (floor->measures != NULL) samples_add(&floor->measures[measure], nanoseconds / 1000);
}

// Records the time since the last lap.
static void lap(struct floor *floor, enum measure measure) {
  double now = clock_ns(CLOCK_MONOTONIC);
  record(floor, measure, now - floor->lap);
  floor->lap = clock_ns(CLOCK_MONOTONIC);
}

static void exchange(struct floor *floor, const char *what) {
  if (!floor->variant->socket_each) {
    requests_exchange(&floor->requests, floor->socket, what);
    return;
  }
  int fresh = netlink_open();
  requests_exchange(&floor->requests, fresh, what);
  close(fresh);
}

// Same as: tc qdisc add dev $TAP root pfifo
static void add_pfifo(struct floor *floor, uint16_t flags) {
  struct tcmsg body = {.tcm_ifindex = floor->tap, .tcm_parent = TC_H_ROOT};
  request_begin(&floor->requests, RTM_NEWQDISC, flags | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
  request_attribute(&floor->requests, TCA_KIND, "pfifo", sizeof("pfifo"));
}

// Same as: ip link set $TAP mtu $MTU up
static void set_up(struct floor *floor, uint16_t flags) {
  struct ifinfomsg body = {.ifi_index = floor->tap, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  request_begin(&floor->requests, RTM_NEWLINK, flags, &body, sizeof(body));
  request_attribute(&floor->requests, IFLA_MTU, &floor->mtu, sizeof(floor->mtu));
  if (!floor->variant->without_address) return;
  uint8_t none = IN6_ADDR_GEN_MODE_NONE;
  size_t families = request_nest_begin(&floor->requests, IFLA_AF_SPEC);
  size_t inet6 = request_nest_begin(&floor->requests, AF_INET6);
  request_attribute(&floor->requests, IFLA_INET6_ADDR_GEN_MODE, &none, sizeof(none));
  request_nest_end(&floor->requests, inet6);
  request_nest_end(&floor->requests, families);
}

// Same as: tc qdisc add|del dev $link ingress
static void ingress(struct floor *floor, uint16_t type, uint16_t flags, int link) {
  struct tcmsg body = {
      .tcm_ifindex = link, .tcm_parent = TC_H_INGRESS, .tcm_handle = TC_H_MAKE(TC_H_INGRESS, 0)};
  request_begin(&floor->requests, type, flags, &body, sizeof(body));
  request_attribute(&floor->requests, TCA_KIND, "ingress", sizeof("ingress"));
}

// Same as: tc filter add dev $from parent ffff: prio $PRIORITY protocol all handle ::$NODE
//              u32 match u32 0 0 action mirred egress redirect dev $to cookie $COOKIE
static void add_filter(struct floor *floor, uint16_t flags, int from, int to) {
  struct requests *requests = &floor->requests;
  struct tcmsg body = {.tcm_ifindex = from,
                       .tcm_parent = TC_H_MAKE(TC_H_INGRESS, 0),
                       .tcm_handle = NODE,
                       .tcm_info = TC_H_MAKE(PRIORITY << 16, ETH_P_ALL_BE)};
  struct {
    struct tc_u32_sel selector;
    struct tc_u32_key key;
  } match_all = {.selector = {.flags = TC_U32_TERMINAL, .nkeys = 1}};
  struct tc_mirred redirect = {
      .action = TC_ACT_STOLEN, .eaction = TCA_EGRESS_REDIR, .ifindex = (uint32_t)to};
  request_begin(requests, RTM_NEWTFILTER, flags | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
  request_attribute(requests, TCA_KIND, "u32", sizeof("u32"));
  size_t options = request_nest_begin(requests, TCA_OPTIONS);
  request_attribute(requests, TCA_U32_SEL, &match_all, sizeof(match_all));
  size_t actions = request_nest_begin(requests, TCA_U32_ACT);
  size_t first = request_nest_begin(requests, 1);
  request_attribute(requests, TCA_ACT_KIND, "mirred", sizeof("mirred"));
  if (!floor->variant->without_cookie) request_attribute(requests, TCA_ACT_COOKIE, COOKIE, sizeof(COOKIE));
  size_t parameters = request_nest_begin(requests, TCA_ACT_OPTIONS);
  request_attribute(requests, TCA_MIRRED_PARMS, &redirect, sizeof(redirect));
  request_nest_end(requests, parameters);
  request_nest_end(requests, first);
  request_nest_end(requests, actions);
  request_nest_end(requests, options);
}

// Same as: tc filter del dev eth0 parent ffff: prio $PRIORITY protocol all handle 800::$NODE u32
// 0x800 is the hash table of the first u32 priority of a qdisc: true here, where the namespace is ours alone.
static void delete_filter(struct floor *floor) {
  struct tcmsg body = {.tcm_ifindex = floor->link,
                       .tcm_parent = TC_H_MAKE(TC_H_INGRESS, 0),
                       .tcm_handle = 0x80000000u | NODE,
                       .tcm_info = TC_H_MAKE(PRIORITY << 16, ETH_P_ALL_BE)};
  request_begin(&floor->requests, RTM_DELTFILTER, NLM_F_ACK, &body, sizeof(body));
  request_attribute(&floor->requests, TCA_KIND, "u32", sizeof("u32"));
}

// Returns the descriptor the TAP lives by.
static int open_tap(struct floor *floor) {
  int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (tap < 0) fail(errno, "open(/dev/net/tun)");
  lap(floor, OPEN);
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
  memcpy(request.ifr_name, TAP, sizeof(TAP));
  if (ioctl(tap, TUNSETIFF, &request) != 0) fail(errno, "ioctl(TUNSETIFF, %s)", TAP);
  lap(floor, TUNSETIFF_CALL);
  if (ioctl(tap, TUNSETOWNER, (unsigned long)floor->owner) != 0) fail(errno, "ioctl(TUNSETOWNER, %u)", floor->owner);
  if (ioctl(tap, TUNSETGROUP, (unsigned long)floor->group) != 0) fail(errno, "ioctl(TUNSETGROUP, %u)", floor->group);
  lap(floor, OWNER);
  return tap;
}

static void find_tap(struct floor *floor) {
  if (floor->variant->index_by_ioctl) {
    struct ifreq request = {0};
    memcpy(request.ifr_name, TAP, sizeof(TAP));
    if (ioctl(floor->socket, SIOCGIFINDEX, &request) != 0) fail(errno, "ioctl(SIOCGIFINDEX, %s)", TAP);
    floor->tap = request.ifr_ifindex;
  } else {
    struct ifinfomsg body = {0};
    uint32_t brief = RTEXT_FILTER_SKIP_STATS;
    requests_clear(&floor->requests);
    request_begin(&floor->requests, RTM_GETLINK, 0, &body, sizeof(body));
    request_attribute(&floor->requests, IFLA_IFNAME, TAP, sizeof(TAP));
    request_attribute(&floor->requests, IFLA_EXT_MASK, &brief, sizeof(brief));
    int fresh = floor->variant->socket_each ? netlink_open() : -1;
    floor->tap = requests_link_index(&floor->requests, fresh < 0 ? floor->socket : fresh, "RTM_GETLINK");
    if (fresh >= 0) close(fresh);
  }
  lap(floor, INDEX);
}

// Sends what has been collected, unless the variant wants all in one send.
static void step(struct floor *floor, const char *what) {
  if (floor->variant->batch) return;
  exchange(floor, what);
  requests_clear(&floor->requests);
}

static void wire(struct floor *floor) {
  uint16_t ack = floor->variant->last_ack_only ? 0 : NLM_F_ACK;
  double start = floor->lap;
  requests_clear(&floor->requests);
  if (!floor->variant->without_pfifo) {
    add_pfifo(floor, ack);
    step(floor, "add pfifo");
  }
  lap(floor, PFIFO);
  set_up(floor, ack);
  step(floor, "set mtu and up");
  lap(floor, UP);
  ingress(floor, RTM_NEWQDISC, ack | NLM_F_CREATE | NLM_F_EXCL, floor->link);
  step(floor, "add ingress to the pod's interface");
  ingress(floor, RTM_NEWQDISC, ack | NLM_F_CREATE | NLM_F_EXCL, floor->tap);
  step(floor, "add ingress to the TAP");
  lap(floor, INGRESS);
  add_filter(floor, ack, floor->link, floor->tap);
  step(floor, "add the filter of the pod's interface");
  add_filter(floor, NLM_F_ACK, floor->tap, floor->link);
  step(floor, "add the filter of the TAP");
  if (floor->variant->batch) exchange(floor, "wire in one send");
  lap(floor, FILTERS);
  record(floor, MESSAGES, clock_ns(CLOCK_MONOTONIC) - start);
}

static void unwire(struct floor *floor, int tap) {
  requests_clear(&floor->requests);
  delete_filter(floor);
  exchange(floor, "delete the filter of the pod's interface");
  requests_clear(&floor->requests);
  ingress(floor, RTM_DELQDISC, NLM_F_ACK, floor->link);
  exchange(floor, "delete ingress of the pod's interface");
  lap(floor, TEARDOWN_TC);
  if (close(tap) != 0) fail(errno, "close(%s)", TAP);
  lap(floor, TEARDOWN_CLOSE);
}

static void loop(struct floor *floor) {
  double cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  double start = floor->lap = clock_ns(CLOCK_MONOTONIC);
  int tap = open_tap(floor);
  find_tap(floor);
  wire(floor);
  double wired = floor->lap = clock_ns(CLOCK_MONOTONIC);
  double wired_cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  unwire(floor, tap);
  record(floor, TEARDOWN, clock_ns(CLOCK_MONOTONIC) - wired);
  record(floor, TEARDOWN_CPU, clock_ns(CLOCK_PROCESS_CPUTIME_ID) - wired_cpu);
  record(floor, SETUP, wired - start);
  record(floor, SETUP_CPU, wired_cpu - cpu);
}

static void print(const struct variant *variant, const struct samples *measures) {
  printf("{\"kind\":\"network\",\"peer\":\"floor\",\"variant\":\"%s\",\"unit\":\"us\",\"measures\":{", variant->name);
  for (int i = 0; i < MEASURE_COUNT; i++) {
    printf("%s\"%s\":", i == 0 ? "" : ",", MEASURE_NAMES[i]);
    samples_print(stdout, &measures[i]);
  }
  puts("}}");
}

struct options {
  unsigned long loops;
  unsigned long warmup;
  char *variants;
  const char *link;
  unsigned long owner;
  unsigned long group;
};

static unsigned long number(const char *text, const char *option) {
  char *end;
  errno = 0;
  unsigned long value = strtoul(text, &end, 10);
  if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || value > 10000000) {
    fail(0, "--%s \"%.40s\": expected a number from 0 to 10000000", option, text);
  }
  return value;
}

static struct options read_options(int count, char **arguments) {
  static const struct option LONG[] = {{"loops", required_argument, NULL, 'n'},  {"warmup", required_argument, NULL, 'w'},
                                       {"variants", required_argument, NULL, 'v'}, {"link", required_argument, NULL, 'l'},
                                       {"owner", required_argument, NULL, 'o'},  {"group", required_argument, NULL, 'g'},
                                       {NULL, 0, NULL, 0}};
  static char base[] = "base";
  struct options options = {.loops = 100, .warmup = 10, .variants = base, .link = "eth0", .owner = 65534, .group = 65534};
  int option;
  while ((option = getopt_long(count, arguments, "", LONG, NULL)) != -1) {
    switch (option) {
      case 'n': options.loops = number(optarg, "loops"); break;
      case 'w': options.warmup = number(optarg, "warmup"); break;
      case 'v': options.variants = optarg; break;
      case 'l': options.link = optarg; break;
      case 'o': options.owner = number(optarg, "owner"); break;
      case 'g': options.group = number(optarg, "group"); break;
      default: exit(2);
    }
  }
  if (optind != count) fail(0, "unexpected argument \"%.40s\"", arguments[optind]);
  return options;
}

// Fills `chosen` with indexes into VARIANTS and returns their number.
static int choose(char *names, int chosen[VARIANT_COUNT]) {
  int count = 0;
  for (char *rest = NULL, *name = strtok_r(names, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
    int found = 0;
    while (found < VARIANT_COUNT && strcmp(VARIANTS[found].name, name) != 0) found++;
    if (found == VARIANT_COUNT || count == VARIANT_COUNT) fail(0, "--variants \"%.40s\": unknown, or too many", name);
    chosen[count++] = found;
  }
  if (count == 0) fail(0, "--variants: none named");
  return count;
}

// A new order for each round, so that no variant always follows the same other one. The same on every run.
static void shuffle(int *order, int count) {
  static unsigned state = 20261121;
  for (int last = count - 1; last > 0; last--) {
    int other = rand_r(&state) % (last + 1);
    int kept = order[last];
    order[last] = order[other];
    order[other] = kept;
  }
}

static uint32_t link_mtu(int socket, const char *link) {
  struct ifreq request = {0};
  if (strlen(link) >= IFNAMSIZ) fail(0, "--link \"%.40s\": expected at most 15 bytes", link);
  memcpy(request.ifr_name, link, strlen(link));
  if (ioctl(socket, SIOCGIFMTU, &request) != 0) fail(errno, "ioctl(SIOCGIFMTU, %s)", link);
  return (uint32_t)request.ifr_mtu;
}

int main(int count, char **arguments) {
  static struct samples measures[VARIANT_COUNT][MEASURE_COUNT];
  static struct floor floor;
  struct options options = read_options(count, arguments);
  int chosen[VARIANT_COUNT];
  int variants = choose(options.variants, chosen);
  floor.socket = netlink_open();
  floor.link = (int)if_nametoindex(options.link);
  if (floor.link == 0) fail(errno, "if_nametoindex(%s)", options.link);
  floor.mtu = link_mtu(floor.socket, options.link);
  floor.owner = (unsigned)options.owner;
  floor.group = (unsigned)options.group;
  for (unsigned long round = 0; round < options.warmup + options.loops; round++) {
    shuffle(chosen, variants);
    for (int i = 0; i < variants; i++) {
      floor.variant = &VARIANTS[chosen[i]];
      floor.measures = round < options.warmup ? NULL : measures[chosen[i]];
      loop(&floor);
    }
  }
  for (int i = 0; i < variants; i++) print(&VARIANTS[chosen[i]], measures[chosen[i]]);
  close(floor.socket);
  return 0;
}
