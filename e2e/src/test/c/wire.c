/* Traffic for the tests of what lies between world, pod and guest. The same program, linked
 * statically, runs in all three:
 *
 *   wire agent PORT [LINK]        serves TCP and UDP of both families at PORT: below. Sends frames
 *                                 of the type PROBE that come in on LINK back, with their VLAN tag
 *   wire bring HOST PORT BYTES    sends a pattern to an agent, which looks at all of it
 *   wire fetch HOST PORT BYTES    the other way round
 *   wire datagram HOST PORT SIZE  one datagram to an agent and back; up to four tries, because the
 *                                 first may be answered with an MTU
 *   wire ask HOST PORT WORD...    an agent runs "wire WORD..." and tells what it printed
 *   wire frame LINK MAC VLAN      a frame of the type PROBE to LINK and back, tagged unless 0
 *   wire offload LINK on|off      checksums of both directions, TSO, GSO, GRO
 *   wire watch LINK WORD...       runs "wire WORD..." and prints the longest frames that LINK
 *                                 received and sent meanwhile
 *
 * An agent's TCP connection begins with a line: "take BYTES", "give BYTES", or the words to run.
 * All waits end after PATIENCE seconds. The exit status is 0 when everything was as it should be. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 20
#define PROBE 0x88b5 /* IEEE 802: for local experiments */
#define LINE 512
#define WORDS 16
#define MOST (16u << 20)

static void die(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static int wire(int count, char **words);

static uint64_t word_at(size_t i) { return (i + 1) * 0x9e3779b97f4a7c15u; }

static uint64_t *pattern(size_t bytes) {
  uint64_t *all = malloc(bytes + 8);
  if (all == NULL) die("malloc");
  for (size_t i = 0; i <= bytes / 8; i++) all[i] = word_at(i);
  return all;
}

static int is_pattern(const uint64_t *all, size_t bytes) {
  for (size_t i = 0; i < bytes / 8; i++) {
    if (all[i] != word_at(i)) return 0;
  }
  return 1;
}

static size_t size_of(const char *text) {
  size_t size = strtoul(text, NULL, 10);
  if (size == 0 || size > MOST) {
    printf("a size of %s: expected 1 to %u\n", text, MOST);
    exit(2);
  }
  return size;
}

static void be_patient(int fd) {
  struct timeval patience = {.tv_sec = PATIENCE};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

static int dial(const char *host, const char *port, int kind) {
  struct sockaddr_in to4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  struct sockaddr_in6 to6 = {.sin6_family = AF_INET6, .sin6_port = to4.sin_port};
  int v6 = strchr(host, ':') != NULL;
  if (inet_pton(v6 ? AF_INET6 : AF_INET, host, v6 ? (void *)&to6.sin6_addr : &to4.sin_addr) != 1) {
    printf("no address: %s\n", host);
    exit(2);
  }
  int fd = socket(v6 ? AF_INET6 : AF_INET, kind | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  be_patient(fd);
  if (connect(fd, v6 ? (void *)&to6 : &to4, v6 ? sizeof to6 : sizeof to4) != 0) die("connect");
  return fd;
}

static void send_all(int fd, const void *from, size_t bytes) {
  for (size_t sent = 0; sent < bytes;) {
    ssize_t more = send(fd, (const char *)from + sent, bytes - sent, MSG_NOSIGNAL);
    if (more < 0) die("send");
    sent += (size_t)more;
  }
}

/* At most so many bytes, fewer where the peer ends. */
static size_t receive(int fd, void *to, size_t bytes) {
  size_t got = 0;
  while (got < bytes) {
    ssize_t more = recv(fd, (char *)to + got, bytes - got, 0);
    if (more < 0) die("recv");
    if (more == 0) break;
    got += (size_t)more;
  }
  return got;
}

/* What the kernel knows of the path of a connection. */
static int mtu_of(int fd) {
  int mtu = 0;
  socklen_t length = sizeof mtu;
  struct sockaddr_storage peer;
  socklen_t peer_length = sizeof peer;
  getpeername(fd, (struct sockaddr *)&peer, &peer_length);
  if (peer.ss_family == AF_INET6 &&
      !IN6_IS_ADDR_V4MAPPED(&((struct sockaddr_in6 *)&peer)->sin6_addr)) {
    getsockopt(fd, IPPROTO_IPV6, IPV6_MTU, &mtu, &length);
  } else {
    getsockopt(fd, IPPROTO_IP, IP_MTU, &mtu, &length);
  }
  return mtu;
}

static int take(int fd, size_t bytes) {
  uint64_t *all = pattern(bytes);
  memset(all, 0, bytes);
  size_t got = receive(fd, all, bytes);
  int whole = got == bytes && is_pattern(all, bytes);
  dprintf(fd, "took %zu %s\n", got, whole ? "whole" : "damaged");
  free(all);
  return !whole;
}

static int bring(char **words) {
  size_t bytes = size_of(words[2]);
  uint64_t *all = pattern(bytes);
  char line[LINE] = "";
  int fd = dial(words[0], words[1], SOCK_STREAM);
  dprintf(fd, "take %zu\n", bytes);
  send_all(fd, all, bytes);
  receive(fd, line, sizeof line - 1);
  line[strcspn(line, "\n")] = 0;
  int whole = strstr(line, "whole") != NULL;
  printf("%s mtu %d\n", line[0] == 0 ? "no answer" : line, mtu_of(fd));
  return !whole;
}

static int fetch(char **words) {
  size_t bytes = size_of(words[2]);
  uint64_t *all = calloc(1, bytes + 8);
  int fd = dial(words[0], words[1], SOCK_STREAM);
  dprintf(fd, "give %zu\n", bytes);
  size_t got = receive(fd, all, bytes);
  int whole = got == bytes && is_pattern(all, bytes);
  printf("took %zu %s mtu %d\n", got, whole ? "whole" : "damaged", mtu_of(fd));
  return !whole;
}

static int datagram(char **words) {
  size_t size = size_of(words[2]);
  uint64_t *all = pattern(size);
  static char back[65536];
  int fd = dial(words[0], words[1], SOCK_DGRAM);
  struct timeval moment = {.tv_sec = 1};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
  for (int try = 1; try <= 4; try++) {
    if (send(fd, all, size, 0) < 0 && errno != EMSGSIZE) die("send");
    ssize_t got = recv(fd, back, sizeof back, 0);
    if (got == (ssize_t)size && memcmp(back, all, size) == 0) {
      printf("echoed %zu in try %d mtu %d\n", size, try, mtu_of(fd));
      return 0;
    }
    if (got >= 0) {
      printf("another one came back, of %zd bytes\n", got);
      return 1;
    }
    if (errno == ECONNREFUSED) die("recv");
  }
  printf("nothing came back of %zu\n", size);
  return 1;
}

static int ask(int count, char **words) {
  char answer[4096] = "";
  int fd = dial(words[0], words[1], SOCK_STREAM);
  for (int i = 2; i < count; i++) dprintf(fd, "%s%c", words[i], i + 1 < count ? ' ' : '\n');
  answer[receive(fd, answer, sizeof answer - 1)] = 0;
  fputs(answer, stdout);
  return strstr(answer, "status 0\n") == NULL;
}

#include "frame.h"

/* ---- the agent ---- */

static int bound(int kind, const char *port) {
  struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)atoi(port))};
  int one = 1;
  int fd = socket(AF_INET6, kind | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0) die("bind");
  return fd;
}

static void *echo_datagrams(void *port) {
  int fd = bound(SOCK_DGRAM, port);
  static char message[65536];
  for (;;) {
    struct sockaddr_in6 peer;
    socklen_t length = sizeof peer;
    ssize_t got = recvfrom(fd, message, sizeof message, 0, (struct sockaddr *)&peer, &length);
    if (got < 0) continue;
    /* Twice, where the first try only tells the MTU. */
    if (sendto(fd, message, (size_t)got, 0, (struct sockaddr *)&peer, length) < 0 &&
        errno == EMSGSIZE) {
      sendto(fd, message, (size_t)got, 0, (struct sockaddr *)&peer, length);
    }
  }
  return NULL;
}

static void serve(int fd) {
  char line[LINE] = "";
  char *words[WORDS];
  int count = 0;
  be_patient(fd);
  for (size_t i = 0; i < sizeof line - 1 && recv(fd, line + i, 1, 0) == 1 && line[i] != '\n';) i++;
  line[strcspn(line, "\n")] = 0;
  char *rest = line;
  while (count < WORDS && (words[count] = strsep(&rest, " ")) != NULL) count++;
  if (count == 2 && strcmp(words[0], "take") == 0) exit(take(fd, size_of(words[1])));
  if (count == 2 && strcmp(words[0], "give") == 0) {
    size_t bytes = size_of(words[1]);
    send_all(fd, pattern(bytes), bytes);
    exit(0);
  }
  dup2(fd, 1);
  setvbuf(stdout, NULL, _IONBF, 0);
  int status = wire(count, words);
  printf("status %d\n", status);
  exit(0);
}

static _Noreturn void agent(int count, char **words) {
  pthread_t thread;
  signal(SIGCHLD, SIG_IGN);
  int gate = bound(SOCK_STREAM, words[0]);
  if (listen(gate, 64) != 0) die("listen");
  pthread_create(&thread, NULL, echo_datagrams, words[0]);
  if (count > 1) pthread_create(&thread, NULL, echo_frames, words[1]);
  printf("wire: agent at %s\n", words[0]);
  fflush(stdout);
  for (;;) {
    int fd = accept4(gate, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) continue;
    if (fork() == 0) serve(fd);
    close(fd);
  }
}

static int wire(int count, char **words) {
  const char *verb = count > 0 ? words[0] : "";
  if (count == 4 && strcmp(verb, "bring") == 0) return bring(words + 1);
  if (count == 4 && strcmp(verb, "fetch") == 0) return fetch(words + 1);
  if (count == 4 && strcmp(verb, "datagram") == 0) return datagram(words + 1);
  if (count > 3 && strcmp(verb, "ask") == 0) return ask(count - 1, words + 1);
  if (count == 4 && strcmp(verb, "frame") == 0) return probe(words + 1);
  if (count == 3 && strcmp(verb, "offload") == 0) return offload(words + 1);
  if (count > 2 && strcmp(verb, "watch") == 0) return watch(count - 1, words + 1);
  if ((count == 2 || count == 3) && strcmp(verb, "agent") == 0) agent(count - 1, words + 1);
  printf("no verb: %s, with %d words\n", verb, count);
  return 2;
}

int main(int argc, char **argv) { return wire(argc - 1, argv + 1); }
