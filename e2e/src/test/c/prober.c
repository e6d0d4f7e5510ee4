/* Serves ports, and tries to reach them: the same program in a guest, beside it and outside.
 *
 *   prober serve SERVICE...                    until it is killed; says "ready" when all are bound
 *   prober try REPEATS TARGET...               tries all of them at once, REPEATS times
 *   prober ask ADDRESS PORT REPEATS TARGET...  has the prober that serves "ask" there try them
 *   prober stream ADDRESS PORT                 keeps an echo busy: see stream()
 *
 *   SERVICE  tcp/ADDRESS/PORT/NAME   says NAME to each client
 *            udp/ADDRESS/PORT/NAME   answers each datagram with NAME
 *            http/ADDRESS/PORT/NAME  HTTP/1.1 with kept connections: the request's body, or NAME
 *            echo/ADDRESS/PORT       what it is sent, by TCP
 *            ask/ADDRESS/PORT        for "prober ask"
 *   TARGET   tcp/ADDRESS/PORT, udp/ADDRESS/PORT, icmp/ADDRESS
 *
 * Each try is a line "TARGET WORD MICROSECONDS". WORD is what the server says, "ttl=N" of an echo
 * reply, "refused", "unreachable", "silence" after five seconds, or "errno=N". */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 2048
#define SILENCE 5000000
#define PAUSE 300000 /* between repetitions */

struct place {
  char kind[8];
  char name[32];
  struct sockaddr_storage address;
  socklen_t size;
};

struct attempt {
  const char *text;
  struct place to;
  int64_t begin, end; /* microseconds; end is 0 while it goes on */
  char word[64];
  uint16_t id;
};

static struct place places[MOST];
static struct attempt attempts[MOST];
static struct pollfd polled[MOST];

static void die(const char *what) {
  fprintf(stderr, "prober: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* KIND/ADDRESS[/PORT[/NAME]] */
static struct place place_of(const char *text) {
  struct place p = {.name = ""};
  char copy[128];
  char *rest = copy;
  snprintf(copy, sizeof copy, "%s", text);
  char *kind = strsep(&rest, "/"), *address = strsep(&rest, "/");
  char *port = strsep(&rest, "/"), *name = strsep(&rest, "/");
  uint16_t number = htons((uint16_t)atoi(port ? port : "0"));
  struct sockaddr_in *four = (struct sockaddr_in *)&p.address;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)&p.address;
  snprintf(p.kind, sizeof p.kind, "%s", kind);
  snprintf(p.name, sizeof p.name, "%s", name ? name : "");
  if (address && inet_pton(AF_INET, address, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = number;
    p.size = sizeof *four;
  } else if (address && inet_pton(AF_INET6, address, &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = number;
    p.size = sizeof *six;
  } else {
    errno = EINVAL;
    die(text);
  }
  return p;
}

static int is(const struct place *p, const char *kind) { return strcmp(p->kind, kind) == 0; }

static int connected(const char *address, const char *port) {
  char text[128];
  snprintf(text, sizeof text, "tcp/%s/%s", address, port);
  struct place p = place_of(text);
  int fd = socket(p.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&p.address, p.size)) die(text);
  return fd;
}

static int write_all(int fd, const char *from, size_t size) {
  while (size > 0) {
    ssize_t n = write(fd, from, size);
    if (n <= 0) return -1;
    from += n;
    size -= (size_t)n;
  }
  return 0;
}

/* ---- try ---------------------------------------------------------------------------------- */

static void finish(struct attempt *a, struct pollfd *p, const char *word) {
  snprintf(a->word, sizeof a->word, "%s", word);
  a->end = now();
  if (p->fd >= 0) close(p->fd);
  p->fd = -1;
}

static void fail(struct attempt *a, struct pollfd *p, int error) {
  char word[32];
  snprintf(word, sizeof word, "errno=%d", error);
  if (error == ECONNREFUSED)
    finish(a, p, "refused");
  else if (error == EHOSTUNREACH || error == ENETUNREACH)
    finish(a, p, "unreachable");
  else
    finish(a, p, word);
}

static uint16_t checksum(const void *data, size_t bytes) {
  const uint16_t *word = data;
  uint32_t sum = 0;
  for (; bytes > 1; bytes -= 2) sum += *word++;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

/* The headers of ICMP and ICMPv6 echo are alike; the kernel finishes the latter's checksum. */
static ssize_t send_echo(int fd, const struct attempt *a) {
  struct icmphdr echo = {.type = ICMP_ECHO};
  if (a->to.address.ss_family == AF_INET6) echo.type = ICMP6_ECHO_REQUEST;
  echo.un.echo.id = a->id;
  if (a->to.address.ss_family == AF_INET) echo.checksum = checksum(&echo, sizeof echo);
  return send(fd, &echo, sizeof echo, 0);
}

static void begin(struct attempt *a, struct pollfd *p) {
  int family = a->to.address.ss_family, type = SOCK_STREAM, protocol = 0, on = 1;
  if (is(&a->to, "udp")) type = SOCK_DGRAM;
  if (is(&a->to, "icmp")) {
    type = SOCK_RAW;
    protocol = family == AF_INET ? IPPROTO_ICMP : (int)IPPROTO_ICMPV6;
  }
  a->begin = now();
  p->fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  p->events = type == SOCK_STREAM ? POLLOUT : POLLIN;
  if (p->fd < 0) return fail(a, p, errno);
  if (type == SOCK_RAW && family == AF_INET6)
    setsockopt(p->fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on);
  if (connect(p->fd, (struct sockaddr *)&a->to.address, a->to.size) && errno != EINPROGRESS)
    return fail(a, p, errno);
  if (type == SOCK_DGRAM && send(p->fd, "?", 1, 0) < 0) fail(a, p, errno);
  if (type == SOCK_RAW && send_echo(p->fd, a) < 0) fail(a, p, errno);
}

/* A raw socket sees every ICMP message from that address, its own question over loopback too. */
static void read_echo(struct attempt *a, struct pollfd *p) {
  char data[512], control[64], word[32];
  struct iovec vector = {data, sizeof data};
  struct msghdr m = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control};
  m.msg_controllen = sizeof control;
  ssize_t n = recvmsg(p->fd, &m, 0);
  if (n < 0) {
    if (errno != EAGAIN) fail(a, p, errno);
    return;
  }
  int six = a->to.address.ss_family == AF_INET6, ttl = (unsigned char)data[8];
  struct icmphdr *echo = (struct icmphdr *)(data + (six ? 0 : (data[0] & 15) * 4));
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
    if (c->cmsg_type == IPV6_HOPLIMIT) memcpy(&ttl, CMSG_DATA(c), sizeof ttl);
  if (echo->type != (six ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) || echo->un.echo.id != a->id) return;
  snprintf(word, sizeof word, "ttl=%d", ttl);
  finish(a, p, word);
}

static void advance(struct attempt *a, struct pollfd *p) {
  char word[64];
  int error = 0;
  socklen_t size = sizeof error;
  if (is(&a->to, "icmp")) return read_echo(a, p);
  if (p->events == POLLOUT) {
    getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) return fail(a, p, error);
    p->events = POLLIN;
    return;
  }
  ssize_t n = recv(p->fd, word, sizeof word - 1, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n < 0) return fail(a, p, errno);
  word[n] = 0;
  finish(a, p, n ? word : "closed");
}

static int prepare(int repeats, int count, char **targets) {
  int64_t first = now();
  if (count * repeats > MOST) {
    errno = E2BIG;
    die("targets");
  }
  for (int i = 0; i < count * repeats; i++) {
    struct attempt *a = &attempts[i];
    memset(a, 0, sizeof *a);
    a->text = targets[i % count];
    a->to = place_of(a->text);
    a->begin = first + i / count * PAUSE;
    a->id = (uint16_t)(getpid() * 64 + i);
    polled[i] = (struct pollfd){.fd = -1};
  }
  return count * repeats;
}

static int try_all(FILE *out, int repeats, int targets, char **texts) {
  int count = prepare(repeats, targets, texts);
  for (int left = count; left > 0;) {
    left = 0;
    for (int i = 0; i < count; i++) {
      struct attempt *a = &attempts[i];
      if (a->end) continue;
      left++;
      if (polled[i].events == 0 && now() >= a->begin) begin(a, &polled[i]);
      if (!a->end && polled[i].events && now() - a->begin > SILENCE)
        finish(a, &polled[i], "silence");
    }
    if (poll(polled, (nfds_t)count, 20) > 0)
      for (int i = 0; i < count; i++)
        if (polled[i].fd >= 0 && polled[i].revents) advance(&attempts[i], &polled[i]);
  }
  for (int i = 0; i < count; i++)
    fprintf(out, "%s %s %lld\n", attempts[i].text, attempts[i].word,
            (long long)(attempts[i].end - attempts[i].begin));
  return fflush(out);
}

/* ---- serve -------------------------------------------------------------------------------- */

static void serve_asker(int fd) {
  static char text[1 << 16];
  static char *targets[MOST];
  size_t used = 0;
  ssize_t n;
  while ((n = read(fd, text + used, sizeof text - 1 - used)) > 0) used += (size_t)n;
  char *rest = text, *word;
  int count = 0, repeats = atoi(strsep(&rest, "\n"));
  while ((word = strsep(&rest, "\n")) && *word) targets[count++] = word;
  try_all(fdopen(fd, "w"), repeats, count, targets);
}

static void serve_echo(int fd) {
  char block[1 << 16];
  ssize_t n;
  while ((n = read(fd, block, sizeof block)) > 0)
    if (write_all(fd, block, (size_t)n)) return;
}

/* One request after the other. The whole body is read before it goes back: proxies do not read
 * while they still write. */
static void serve_http(int fd, const char *name) {
  static char head[8192];
  size_t used = 0;
  for (;;) {
    char *end, answer[128];
    while (!(end = memmem(head, used, "\r\n\r\n", 4))) {
      ssize_t n = read(fd, head + used, sizeof head - 1 - used);
      if (n <= 0) return;
      used += (size_t)n;
      head[used] = 0;
    }
    char *field = strcasestr(head, "\r\nContent-Length:");
    size_t size = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
    size_t have = used - (size_t)(end + 4 - head);
    if (have > size) return; /* no client here sends the next request before the answer */
    char *body = malloc(size + 1);
    memcpy(body, end + 4, have);
    while (have < size) {
      ssize_t n = read(fd, body + have, size - have);
      if (n <= 0) return;
      have += (size_t)n;
    }
    int length = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                          size ? size : strlen(name));
    if (write_all(fd, answer, (size_t)length)) return;
    if (write_all(fd, size ? body : name, size ? size : strlen(name))) return;
    free(body);
    used = 0;
  }
}

static void serve_one(const struct place *p, int fd) {
  char asked[64];
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  if (is(p, "udp")) {
    if (recvfrom(fd, asked, sizeof asked, 0, (struct sockaddr *)&peer, &size) >= 0)
      sendto(fd, p->name, strlen(p->name), 0, (struct sockaddr *)&peer, size);
    return;
  }
  int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
  if (client < 0) return;
  if (is(p, "tcp")) {
    write_all(client, p->name, strlen(p->name));
  } else if (fork() == 0) {
    if (is(p, "http")) serve_http(client, p->name);
    if (is(p, "echo")) serve_echo(client);
    if (is(p, "ask")) serve_asker(client);
    exit(0);
  }
  close(client);
}

__attribute__((noreturn)) static void serve(int count, char **services) {
  int on = 1;
  signal(SIGCHLD, SIG_IGN); /* the kernel reaps */
  signal(SIGPIPE, SIG_IGN);
  for (int i = 0; i < count; i++) {
    struct place *p = &places[i];
    *p = place_of(services[i]);
    int type = is(p, "udp") ? SOCK_DGRAM : SOCK_STREAM;
    int fd = socket(p->address.ss_family, type | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (p->address.ss_family == AF_INET6)
      setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&p->address, p->size)) die(services[i]);
    if (type == SOCK_STREAM && listen(fd, 256)) die(services[i]);
    polled[i] = (struct pollfd){.fd = fd, .events = POLLIN};
  }
  puts("ready");
  fflush(stdout);
  for (;;)
    if (poll(polled, (nfds_t)count, -1) > 0)
      for (int i = 0; i < count; i++)
        if (polled[i].revents) serve_one(&places[i], polled[i].fd);
}

/* ---- ask and stream ----------------------------------------------------------------------- */

static int ask(int count, char **words) {
  int fd = connected(words[0], words[1]);
  char block[4096];
  ssize_t n;
  for (int i = 2; i < count; i++)
    if (write_all(fd, words[i], strlen(words[i])) || write_all(fd, "\n", 1)) die("ask");
  shutdown(fd, SHUT_WR);
  while ((n = read(fd, block, sizeof block)) > 0) write_all(1, block, (size_t)n);
  return n < 0;
}

/* One connection on which numbers go out and must come back, all of them, in their order; a block
 * every ten milliseconds. After each block a line: how many bytes have come back so far. */
__attribute__((noreturn)) static void stream(char **words) {
  static uint64_t block[1024], back[1024];
  uint64_t next = 0, total = 0;
  int fd = connected(words[0], words[1]);
  for (;; usleep(10000)) {
    for (size_t i = 0; i < 1024; i++) block[i] = next++ * 0x9e3779b97f4a7c15;
    if (write_all(fd, (char *)block, sizeof block)) die("write");
    for (size_t have = 0; have < sizeof back;) {
      ssize_t n = read(fd, (char *)back + have, sizeof back - have);
      if (n <= 0) die(n ? "read" : "end");
      have += (size_t)n;
    }
    if (memcmp(block, back, sizeof back)) {
      errno = EBADMSG;
      die("other bytes");
    }
    printf("%llu\n", (unsigned long long)(total += sizeof back));
    fflush(stdout);
  }
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "serve") == 0) serve(argc - 2, argv + 2);
  if (argc > 3 && strcmp(argv[1], "try") == 0)
    return try_all(stdout, atoi(argv[2]), argc - 3, argv + 3);
  if (argc > 5 && strcmp(argv[1], "ask") == 0) return ask(argc - 2, argv + 2);
  if (argc > 3 && strcmp(argv[1], "stream") == 0) stream(argv + 2);
  fprintf(stderr, "usage: see the source\n");
  return 2;
}
