/* Changes the files of a directory without a pause, as a container that shares a volume can: swap DIRECTORY. Each file
 * aN changes places with a FIFO, a link, a device or a directory of that name in DIRECTORY-twins, or becomes shorter and
 * longer, or is removed and made again. Says "begun" when all of it has happened once; goes on until it is killed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { FILES = 24, KINDS = 6, BYTES = 70000 }; /* larger than what is read at once */

static int here, twins;

static void must(int result, const char *name) {
  if (result < 0) {
    perror(name);
    exit(1);
  }
}

static void fill(const char *name, off_t size) {
  int file = openat(here, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  must(file, name);
  must(ftruncate(file, size), name);
  close(file);
}

static void twin(const char *name, int kind) {
  switch (kind) {
    case 0: must(mkfifoat(twins, name, 0644), name); break;
    case 1: must(symlinkat("/etc/passwd", twins, name), name); break;
    case 2: must(mknodat(twins, name, S_IFCHR | 0644, makedev(1, 5)), name); break; /* zeros without an end */
    case 3: must(mkdirat(twins, name, 0755), name); break;
  }
}

static void change(const char *name, int kind, long round) {
  if (kind < 4)
    must(renameat2(here, name, twins, name, RENAME_EXCHANGE), name);
  else if (kind == 4)
    fill(name, (round * 7919) % (2 * BYTES));
  else if (round % 2 == 0)
    must(unlinkat(here, name, 0), name);
  else
    fill(name, BYTES);
}

int main(int argc, char **argv) {
  char path[4096], name[16];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (argc != 2) return 2;
  snprintf(path, sizeof path, "%s-twins", argv[1]);
  must(mkdir(argv[1], 0755), argv[1]);
  must(mkdir(path, 0755), path);
  here = open(argv[1], O_DIRECTORY | O_RDONLY | O_CLOEXEC);
  twins = open(path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
  for (int i = 0; i < FILES; i++) {
    snprintf(name, sizeof name, "a%d", i);
    fill(name, BYTES);
    twin(name, i % KINDS);
  }
  for (long round = 0;; round++) {
    for (int i = 0; i < FILES; i++) {
      snprintf(name, sizeof name, "a%d", i);
      change(name, i % KINDS, round);
    }
    if (round == 1) puts("begun"), fflush(stdout);
    usleep(50);
  }
}
