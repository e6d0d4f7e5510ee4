/* The toy monitor of docs/adding-a-monitor.md: urunj-toy MACHINE.json
 *
 * Opens its TAP by its name, and answers ARP and ping at the guest's address until it gets SIGTERM. What its kernel
 * begins with decides how it behaves:
 *
 *   broken   says so and ends before it has opened its TAP
 *   slow     opens its TAP after a second
 *   deaf     never opens its TAP
 *
 * Its root holds nothing but itself, its kernel and the JSON file, so it is linked statically. */
#include <signal.h>
#include <stdlib.h>

#include "tap-guest.h"

static char json[4096];
static int errors = 2;

__attribute__((noreturn)) static void fail(const char *problem) {
  dprintf(errors, "urunj-toy: %s\n", problem);
  exit(1);
}

static void load(const char *path, char *into, size_t size) {
  int file = open(path, O_RDONLY);
  ssize_t length = file < 0 ? -1 : read(file, into, size - 1);
  if (length < 0) fail("cannot read a file of its launch");
  into[length] = 0;
  close(file);
}

/* The value of a member: flat objects, and no escapes in what is asked for. */
static void value(const char *key, char *into, size_t size) {
  char name[64];
  snprintf(name, sizeof name, "\"%s\":", key);
  const char *at = strstr(json, name);
  if (at == NULL) fail("machine.json: a member is missing");
  at += strlen(name);
  at += *at == '"';
  size_t length = strcspn(at, "\",}");
  if (length >= size) fail("machine.json: a member is too long");
  memcpy(into, at, length);
  into[length] = 0;
}

static void stop(int signal) {
  (void)signal;
  _exit(0);
}

static void configure(void) {
  char text[256];
  value("errors", text, sizeof text);
  errors = atoi(text);
  value("mac", text, sizeof text);
  take_mac(text);
  value("commandLine", text, sizeof text);
  inet_pton(AF_INET, text + strlen("ip="), &address);
}

int main(int argc, char **argv) {
  char name[IFNAMSIZ], kernel[4096], path[256];
  if (argc != 2) fail("usage: urunj-toy MACHINE.json");
  load(argv[1], json, sizeof json);
  configure();
  signal(SIGTERM, stop);
  value("kernel", path, sizeof path);
  load(path, kernel, sizeof kernel);
  if (strncmp(kernel, "broken", 6) == 0) fail("its kernel is broken");
  if (strncmp(kernel, "slow", 4) == 0) sleep(1);
  while (strncmp(kernel, "deaf", 4) == 0) pause();
  value("tap", name, sizeof name);
  int tap = open_tap(name);
  dprintf(1, "the toy answers\n");
  serve(tap);
}
