/* Which system calls change something outside of the process that makes them. */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

typedef struct __ptrace_syscall_info call_info;

static char detail[512];

static int is_regular(pid_t pid, uint64_t fd) {
  char name[32], path[256];
  if (fd <= 2) return 0;
  snprintf(name, sizeof name, "fd/%d", (int)fd);
  link_of(pid, name, path, sizeof path);
  if (path[0] != '/' || strncmp(path, "/dev/", 5) == 0 || strstr(path, "/coredump_filter") != NULL) return 0;
  snprintf(detail, sizeof detail, "%s", path);
  return 1;
}

/* The address family of a socket: by a duplicate of it. */
static int family_of(pid_t pid, uint64_t fd) {
  int family = -1, handle = (int)syscall(SYS_pidfd_open, pid, 0);
  socklen_t length = sizeof family;
  int own = handle < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, handle, (int)fd, 0);
  if (own < 0 || getsockopt(own, SOL_SOCKET, SO_DOMAIN, &family, &length) != 0) family = -1;
  if (own >= 0) close(own);
  if (handle >= 0) close(handle);
  return family;
}

static uint64_t message_of(pid_t tid, const call_info *info) {
  uint64_t at = info->entry.args[1];
  struct msghdr header;
  struct iovec first;
  if (info->entry.nr != SYS_sendmsg && info->entry.nr != SYS_recvmsg) return at;
  if (peek(tid, at, &header, sizeof header) != sizeof header) return 0;
  if (peek(tid, (uint64_t)(uintptr_t)header.msg_iov, &first, sizeof first) != sizeof first) return 0;
  return (uint64_t)(uintptr_t)first.iov_base;
}

static int sends(pid_t pid, pid_t tid, const call_info *info) {
  struct nlmsghdr message;
  int family = family_of(pid, info->entry.args[0]);
  if (family == AF_UNIX) {
    snprintf(detail, sizeof detail, "unix");
    return 1;
  }
  if (family != AF_NETLINK) return 0;
  if (peek(tid, message_of(tid, info), &message, sizeof message) != sizeof message) return 0;
  snprintf(detail, sizeof detail, "netlink type %d", message.nlmsg_type);
  return message.nlmsg_type >= 16 && (message.nlmsg_type & 3) != 2; /* 2: RTM_GET… */
}

static int addresses_unix(pid_t tid, const call_info *info) {
  struct sockaddr_un address = {0};
  size_t length = (size_t)info->entry.args[2];
  if (length > sizeof address) length = sizeof address;
  if (peek(tid, info->entry.args[1], &address, length) != (ssize_t)length) return 0;
  if (address.sun_family != AF_UNIX) return 0;
  snprintf(detail, sizeof detail, "%.100s", address.sun_path[0] ? address.sun_path : "abstract");
  return strstr(detail, "/nscd/") == NULL; /* glibc's, for the name of the user */
}

static int opens_to_change(pid_t tid, uint64_t flags, uint64_t path) {
  peek_text(tid, path, detail, sizeof detail);
  return (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

static int clones_process(pid_t tid, const call_info *info) {
  uint64_t flags = info->entry.args[0];
  if (info->entry.nr == SYS_clone3 && peek(tid, flags, &flags, sizeof flags) != sizeof flags) return 0;
  snprintf(detail, sizeof detail, "0x%llx", (unsigned long long)flags);
  return (flags & CLONE_THREAD) == 0;
}

/* The name of a call that changes something, and `detail`; NULL for all others. */
static const char *changing(pid_t pid, pid_t tid, const call_info *info) {
  const uint64_t *args = info->entry.args;
  uint64_t flags = 0;
  detail[0] = 0;
#define PATH(call, at) case SYS_##call: peek_text(tid, args[at], detail, sizeof detail); return #call;
#define FD(call) case SYS_##call: is_regular(pid, args[0]); return #call;
#define ALWAYS(call) case SYS_##call: return #call;
#define WHEN(call, condition) case SYS_##call: return (condition) ? #call : NULL;
  switch (info->entry.nr) {
#ifdef __x86_64__
    PATH(mkdir, 0) PATH(rmdir, 0) PATH(unlink, 0) PATH(rename, 0) PATH(link, 1) PATH(symlink, 1) PATH(mknod, 0)
    PATH(chmod, 0) PATH(chown, 0) PATH(lchown, 0) PATH(creat, 0)
    ALWAYS(fork) ALWAYS(vfork)
    WHEN(open, opens_to_change(tid, args[1], args[0]))
#endif
    PATH(mkdirat, 1) PATH(unlinkat, 1) PATH(renameat, 1) PATH(renameat2, 1) PATH(linkat, 3) PATH(symlinkat, 2)
    PATH(mknodat, 1) PATH(fchmodat, 1) PATH(fchownat, 1) PATH(truncate, 0) PATH(execve, 0) PATH(execveat, 1)
    PATH(mount, 1) PATH(umount2, 0) PATH(move_mount, 3) PATH(pivot_root, 0) PATH(chroot, 0) PATH(mount_setattr, 1)
    PATH(setxattr, 0) PATH(utimensat, 1)
    FD(fchmod) FD(fchown) FD(ftruncate) FD(fallocate) FD(flock)
    ALWAYS(setns) ALWAYS(unshare) ALWAYS(fsmount) ALWAYS(open_tree) ALWAYS(kill) ALWAYS(pidfd_send_signal)
    ALWAYS(listen) ALWAYS(sethostname)
    WHEN(tgkill, args[2] != SIGURG) /* by which Go preempts its own threads */
    /* map made, element written, removed; program loaded, attached, detached */
    WHEN(bpf, args[0] == 0 || args[0] == 2 || args[0] == 3 || args[0] == 5 || args[0] == 8 || args[0] == 9)
    WHEN(openat, opens_to_change(tid, args[2], args[1]))
    WHEN(openat2, peek(tid, args[2], &flags, sizeof flags) == sizeof flags && opens_to_change(tid, flags, args[1]))
    WHEN(write, is_regular(pid, args[0]) || sends(pid, tid, info))
    WHEN(pwrite64, is_regular(pid, args[0]))
    WHEN(writev, is_regular(pid, args[0]))
    WHEN(sendfile, is_regular(pid, args[0]))
    WHEN(copy_file_range, is_regular(pid, args[2]))
    WHEN(sendto, sends(pid, tid, info))
    WHEN(sendmsg, sends(pid, tid, info))
    WHEN(bind, addresses_unix(tid, info))
    WHEN(connect, addresses_unix(tid, info))
    WHEN(clone, clones_process(tid, info))
    WHEN(clone3, clones_process(tid, info))
    WHEN(ioctl, ((args[1] >> 8) & 0xff) == 'T' && (args[1] & 0xff) >= 200 && (args[1] & 0xff) <= 230) /* TUN… */
  }
  return NULL;
}
