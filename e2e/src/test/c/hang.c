/* A file system that stops answering: hang DIRECTORY STAGE [taken]. It is mounted at DIRECTORY and holds one file, "x".
 *
 *   hello    the kernel's first request is never answered, so no other is
 *   lookup   the first look at the file is not
 *   open     the file is found, and its open is not answered
 *   read     it is opened, and its first read is not answered
 *
 * With "taken" the request has been read by this server, and the kernel then lets even a process that was killed wait for
 * the answer. Without it the request waits to be read, and is dropped when its caller dies. Says "mounted" and then
 * "hangs", and goes on not answering until it is killed; the processes that wait then have an error. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SIZE = 300000, FILE_NODE = 2, FOR_EVER = 3600 };

static int device, taken;

static void say(const char *word) {
  puts(word);
  fflush(stdout);
}

static void answer(const struct fuse_in_header *request, int error, const void *body, size_t size) {
  struct fuse_out_header header = {.len = (uint32_t)(sizeof header + size), .error = error, .unique = request->unique};
  struct iovec parts[] = {{&header, sizeof header}, {(void *)body, size}};
  if (writev(device, parts, 2) < 0 && errno != ENOENT) perror("answer"); /* ENOENT: the caller is gone */
}

static struct fuse_attr attributes(uint64_t node) {
  struct fuse_attr of = {.ino = node, .nlink = 1, .blksize = 4096};
  of.mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644;
  of.size = node == FUSE_ROOT_ID ? 0 : SIZE;
  return of;
}

static void serve(const struct fuse_in_header *request) {
  switch (request->opcode) {
    case FUSE_INIT: {
      struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096};
      answer(request, 0, &init, sizeof init);
      break;
    }
    case FUSE_LOOKUP: {
      struct fuse_entry_out entry = {.nodeid = FILE_NODE, .entry_valid = FOR_EVER, .attr_valid = FOR_EVER};
      entry.attr = attributes(FILE_NODE);
      answer(request, strcmp((const char *)(request + 1), "x") == 0 ? 0 : -ENOENT, &entry, sizeof entry);
      break;
    }
    case FUSE_GETATTR: {
      struct fuse_attr_out attr = {.attr_valid = FOR_EVER, .attr = attributes(request->nodeid)};
      answer(request, 0, &attr, sizeof attr);
      break;
    }
    case FUSE_OPEN: {
      /* Else even a killed process would wait, as it ends, for the answer to the flush of its file. */
      struct fuse_open_out open = {.fh = 1, .open_flags = taken ? 0 : FOPEN_NOFLUSH};
      answer(request, 0, &open, sizeof open);
      break;
    }
    case FUSE_FORGET: case FUSE_BATCH_FORGET: case FUSE_INTERRUPT:
      break;
    default:
      answer(request, -ENOSYS, NULL, 0);
  }
}

static uint32_t opcode_of(const char *stage) {
  if (strcmp(stage, "hello") == 0) return FUSE_INIT;
  if (strcmp(stage, "lookup") == 0) return FUSE_LOOKUP;
  if (strcmp(stage, "open") == 0) return FUSE_OPEN;
  return FUSE_READ;
}

/* Whether the request that comes next is the one to leave alone: each is known by what was answered before it. */
static int is_before(uint32_t answered, uint32_t stage) {
  return (stage == FUSE_LOOKUP && answered == FUSE_INIT) || (stage == FUSE_OPEN && answered == FUSE_LOOKUP) ||
         (stage == FUSE_READ && answered == FUSE_OPEN);
}

int main(int argc, char **argv) {
  static char buffer[1 << 17] __attribute__((aligned(8)));
  const struct fuse_in_header *request = (const void *)buffer;
  char options[128];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (argc < 3) return 2;
  taken = argc > 3;
  uint32_t stage = opcode_of(argv[2]), answered = 0;
  device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
  mkdir(argv[1], 0755);
  if (mount("hang", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) != 0) {
    perror(argv[1]);
    return 1;
  }
  say("mounted");
  for (;;) {
    struct pollfd wait = {.fd = device, .events = POLLIN};
    int leave = !taken && (stage == FUSE_INIT || is_before(answered, stage));
    if (leave && stage != FUSE_INIT) poll(&wait, 1, -1);
    if (leave) break;
    if (read(device, buffer, sizeof buffer) < 0) {
      if (errno == EINTR || errno == EAGAIN || errno == ENOENT) continue;
      perror("read");
      return 1;
    }
    if (taken && request->opcode == stage) break;
    serve(request);
    answered = request->opcode;
  }
  say("hangs");
  for (;;) pause();
}
