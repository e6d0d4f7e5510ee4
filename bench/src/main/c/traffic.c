// Traffic for bench/traffic, at both ends and in the middle. Linked statically, so that a guest can run it.
//
//   traffic serve PORT                   answers at TCP PORT (below), and swallows what comes to UDP PORT
//   traffic rr HOST PORT COUNT           round trips of one byte over one TCP connection; µs
//   traffic flood HOST PORT COUNT BATCH  COUNT batches of BATCH datagrams of one byte, sent as fast as it goes; ns for each datagram.
//                                        Between veths the sender's processor does all the work until the receiver's queue
//   traffic run HOST PORT COMMAND        a server runs a shell's command; prints its output
//   traffic cost ID RUNS FRAME           nanoseconds of the BPF program ID for a frame given in hexadecimal digits
//
// A connection to a server begins with 'r' for round trips or 'x' for a command, which ends with a line feed.
// rr, flood and cost print a line of samples.h.
#include "samples.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int dial(const char *host, const char *port, int kind) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  struct timeval patience = {.tv_sec = 60};
  int one = 1;
  if (inet_pton(AF_INET, host, &to.sin_addr) != 1) fail(0, "%s: expected an IPv4 address", host);
  int fd = socket(AF_INET, kind, 0);
  if (fd < 0) fail(errno, "socket");
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (kind == SOCK_STREAM) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail(errno, "connect %s %s", host, port);
  return fd;
}

static size_t number(const char *text) {
  char *end;
  unsigned long value = strtoul(text, &end, 10);
  if (value == 0 || *end != 0) fail(0, "%s: expected a number above 0", text);
  return value;
}

static void print(const struct samples *samples) {
  samples_print(stdout, samples);
  puts("");
}

static void round_trips(char **arguments) {
  struct samples samples = {0};
  size_t count = number(arguments[2]);
  int fd = dial(arguments[0], arguments[1], SOCK_STREAM);
  char byte = 'r';
  for (size_t i = 0; i < count; i++) {
    double begin = clock_ns(CLOCK_MONOTONIC);
    if (send(fd, &byte, 1, 0) != 1 || recv(fd, &byte, 1, 0) != 1) fail(errno, "round trip");
    if (i >= count / 10) samples_add(&samples, (clock_ns(CLOCK_MONOTONIC) - begin) / 1000);
  }
  print(&samples);
}

static void flood(char **arguments) {
  struct samples samples = {0};
  size_t count = number(arguments[2]);
  size_t batch = number(arguments[3]);
  int fd = dial(arguments[0], arguments[1], SOCK_DGRAM);
  for (size_t i = 0; i < count; i++) {
    double begin = clock_ns(CLOCK_MONOTONIC);
    for (size_t j = 0; j < batch; j++) {
      if (send(fd, "u", 1, 0) != 1 && errno != ENOBUFS) fail(errno, "send");
    }
    samples_add(&samples, (clock_ns(CLOCK_MONOTONIC) - begin) / (double)batch);
  }
  print(&samples);
}

static void ask(char **arguments) {
  char buffer[4096];
  ssize_t got;
  int fd = dial(arguments[0], arguments[1], SOCK_STREAM);
  dprintf(fd, "x%s\n", arguments[2]);
  while ((got = recv(fd, buffer, sizeof buffer, 0)) > 0) fwrite(buffer, 1, (size_t)got, stdout);
  if (got < 0) fail(errno, "run");
}

static long bpf(int command, union bpf_attr *attributes) {
  long result = syscall(SYS_bpf, command, attributes, sizeof *attributes);
  if (result < 0) fail(errno, "bpf(%d)", command);
  return result;
}

// One run for each call: a program that changes the frame would get a changed one the second time.
static void cost(char **arguments) {
  struct samples samples = {0};
  union bpf_attr attributes = {.prog_id = (uint32_t)number(arguments[0])};
  size_t runs = number(arguments[1]);
  size_t length = strlen(arguments[2]) / 2;
  uint8_t *frame = calloc(1, length);
  if (frame == NULL) fail(ENOMEM, "frame");
  for (size_t i = 0; i < length; i++) sscanf(arguments[2] + 2 * i, "%2hhx", frame + i);
  int program = (int)bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
  for (size_t i = 0; i < runs + runs / 10; i++) {
    memset(&attributes, 0, sizeof attributes);
    attributes.test.prog_fd = (uint32_t)program;
    attributes.test.data_in = (uintptr_t)frame;
    attributes.test.data_size_in = (uint32_t)length;
    attributes.test.repeat = 1;
    bpf(BPF_PROG_TEST_RUN, &attributes);
    if (i >= runs / 10) samples_add(&samples, attributes.test.duration);
  }
  print(&samples);
}

static int bound(int kind, const char *port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  int one = 1;
  int fd = socket(AF_INET, kind | SOCK_CLOEXEC, 0);
  if (fd < 0) fail(errno, "socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0) fail(errno, "bind %s", port);
  return fd;
}

static void serve_one(int fd) {
  char byte;
  char command[1024] = "";
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (recv(fd, &byte, 1, 0) != 1) exit(1);
  if (byte == 'r') {
    while (send(fd, &byte, 1, MSG_NOSIGNAL) == 1 && recv(fd, &byte, 1, 0) == 1) continue;
    exit(0);
  }
  for (size_t i = 0; i < sizeof command - 1 && recv(fd, &byte, 1, 0) == 1 && byte != '\n'; i++) command[i] = byte;
  signal(SIGCHLD, SIG_DFL);
  dup2(fd, 1);
  dup2(fd, 2);
  execl("/bin/sh", "sh", "-c", command, NULL);
  exit(127);
}

static void serve(char **arguments) {
  signal(SIGCHLD, SIG_IGN);
  int queue = bound(SOCK_DGRAM, arguments[0]); // this process does not read it, so the kernel drops what is over its size
  int gate = bound(SOCK_STREAM, arguments[0]);
  if (queue < 0 || listen(gate, 16) != 0) fail(errno, "listen");
  puts("traffic: serving");
  fflush(stdout);
  for (;;) {
    int fd = accept4(gate, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0 && fork() == 0) serve_one(fd);
    if (fd >= 0) close(fd);
  }
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    int arguments;
    void (*run)(char **arguments);
  } verbs[] = {{"serve", 1, serve}, {"rr", 3, round_trips}, {"flood", 4, flood}, {"run", 3, ask}, {"cost", 3, cost}};
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
    if (argc > 1 && strcmp(argv[1], verbs[i].name) == 0 && argc == verbs[i].arguments + 2) {
      verbs[i].run(argv + 2);
      return 0;
    }
  }
  fail(0, "unexpected arguments; traffic.c says which there are");
}
