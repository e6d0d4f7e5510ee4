/* Stands in for Solo5's tenders: solo5-hvt | solo5-spt --mem=N [--net:NAME=TAP [--net-mac:NAME=MAC]] -- KERNEL [LINE]
 *
 * Takes the arguments that they take and no others, opens its TAP by its name, prints the line, and answers ARP and ping at
 * the address of --ipv4=. It ends as they do: hvt says so on SIGTERM and returns 1, spt has no handler. A line with
 * --exit=N ends it with that status, as a guest's own end does. */
#include <signal.h>
#include <stdlib.h>

#include "tap-guest.h"

static void fail(const char *problem) {
  dprintf(2, "solo5-tender: %s\n", problem);
  exit(1);
}

static void stop(int signal) {
  (void)signal;
  dprintf(2, "solo5-tender: Exiting on signal 15\n");
  _exit(1);
}

/* What is behind `--WORD:NAME=`, if the argument is one of that. */
static const char *device(const char *argument, const char *word) {
  size_t length = strlen(word);
  const char *value = strchr(argument, '=');
  return strncmp(argument, word, length) == 0 && value != NULL ? value + 1 : NULL;
}

static void take_line(const char *line) {
  const char *exits = strstr(line, "--exit="), *ip = strstr(line, "--ipv4=");
  char text[64];
  printf("line: %s\n", line);
  fflush(stdout);
  if (exits != NULL) exit(atoi(exits + strlen("--exit=")));
  if (ip == NULL) return;
  ip += strlen("--ipv4=");
  snprintf(text, sizeof text, "%.*s", (int)strcspn(ip, "/"), ip);
  if (inet_pton(AF_INET, text, &address) != 1) fail("--ipv4: no address");
}

int main(int argc, char **argv) {
  const char *tap = NULL, *value;
  int i = 1, memory = 0;
  for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (strncmp(argv[i], "--mem=", 6) == 0) {
      memory = atoi(argv[i] + 6);
    } else if ((value = device(argv[i], "--net-mac:service="))) {
      take_mac(value);
    } else if ((value = device(argv[i], "--net:service="))) {
      tap = value;
    } else {
      fail("Invalid option");
    }
  }
  if (memory == 0 || i + 1 >= argc || access(argv[i + 1], R_OK) != 0) fail("Usage: solo5-tender --mem=N -- KERNEL");
  if (strstr(argv[0], "hvt") != NULL) signal(SIGTERM, stop);
  int open = tap == NULL ? -1 : open_tap(tap);
  take_line(i + 2 < argc ? argv[i + 2] : "");
  if (open >= 0) serve(open);
  while (1) pause();
}
