/* A fault at a chosen system call of a command or of whatever the command starts.
 *
 *   faults [OPTION]... -- PROGRAM ARGUMENT...
 *
 * Runs the program under ptrace, follows each thread and each child, and numbers those system calls that change
 * something outside of their process, from 1 on, for each role on its own:
 *
 *   urunj    the JVM, once its launcher has executed it
 *   runtime  runc or crun with its children, among them the container's first process
 *   monitor  the process named by --monitor, and whoever executes QEMU
 *   other    the launcher, and programs that the others run
 *
 *   --report FILE    one line for each fault that came about, and the number of calls of each role at the end
 *   --trace FILE     one line for each call: ROLE NUMBER PID CALL DETAIL
 *   --monitor PID    a monitor that runs already; it is followed when --role is monitor
 *   --role ROLE      whose call (default urunj)
 *   --call N         at the N-th call; without it nothing happens and the calls are only counted
 *   --after          once the call has been executed; else it is not executed
 *   --kill WHO       SIGKILL to: caller, urunj, runtime, monitor or all
 *   --errno N        the call fails with this number; a netlink request is acknowledged with it
 *   --run SCRIPT     a shell script runs while the caller waits
 *
 * There is no seccomp filter in it: that would stay in those who live on. Once the fault has come about nobody is
 * stopped any more, and when the program has ended the kernel lets go of whoever is left. The status is the
 * program's, as a shell has it; 125 when there is an error here. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum role { OTHER, URUNJ, RUNTIME, MONITOR, ROLES };
static const char *const role_names[ROLES] = {"other", "urunj", "runtime", "monitor"};

enum { TASKS = 4096 };

/* One thread that is followed; the role is that of its process and kept with each of its threads. */
struct task {
  pid_t tid, pid;
  enum role role;
  int armed;         /* the fault comes when the call returns that it is in */
  uint64_t receives; /* where the call that it is in puts what it receives, while a refusal is awaited */
};

static struct task tasks[TASKS];
static size_t task_count;
static unsigned calls[ROLES];
static FILE *report, *trace;
static pid_t monitor;
static int monitor_handle = -1;
static int watching = 1;

static struct {
  enum role role;
  unsigned call;
  int after, error;
  const char *kill, *script;
} fault = {.role = URUNJ};

/* A netlink request that the kernel was not shown: its acknowledgement is made a refusal. */
static struct {
  pid_t pid;
  uint32_t sequence;
  uint16_t type;
  uint64_t address;
} refused;

static void die(const char *what) {
  perror(what);
  exit(125);
}

/* ---- memory and registers of a task that is stopped ---- */

static ssize_t peek(pid_t tid, uint64_t from, void *into, size_t length) {
  struct iovec here = {into, length}, there = {(void *)(uintptr_t)from, length};
  return process_vm_readv(tid, &here, 1, &there, 1, 0);
}

static void poke(pid_t tid, uint64_t to, const void *from, size_t length) {
  struct iovec here = {(void *)(uintptr_t)from, length}, there = {(void *)(uintptr_t)to, length};
  process_vm_writev(tid, &here, 1, &there, 1, 0);
}

/* A path or the like. Its page ends may be the end of what can be read, so it is read in small pieces. */
static const char *peek_text(pid_t tid, uint64_t from, char *into, size_t size) {
  size_t length = 0;
  while (from != 0 && length + 17 < size) {
    size_t piece = 16 - (size_t)((from + length) % 16);
    if (peek(tid, from + length, into + length, piece) != (ssize_t)piece) break;
    size_t end = strnlen(into + length, piece);
    length += end;
    if (end < piece) break;
  }
  into[length] = 0;
  for (char *c = into; *c; c++)
    if (!isprint((unsigned char)*c)) *c = '?';
  return into;
}

#if defined(__x86_64__)
static void skip_call(pid_t tid) {
  if (ptrace(PTRACE_POKEUSER, tid, offsetof(struct user_regs_struct, orig_rax), -1L) != 0) die("skip");
}
static void set_result(pid_t tid, long value) {
  if (ptrace(PTRACE_POKEUSER, tid, offsetof(struct user_regs_struct, rax), value) != 0) die("result");
}
#elif defined(__aarch64__)
static void skip_call(pid_t tid) {
  int none = -1;
  struct iovec number = {&none, sizeof none};
  if (ptrace(PTRACE_SETREGSET, tid, (void *)NT_ARM_SYSTEM_CALL, &number) != 0) die("skip");
}
static void set_result(pid_t tid, long value) {
  struct user_regs_struct registers;
  struct iovec all = {&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &all) != 0) die("result");
  registers.regs[0] = (unsigned long long)value;
  if (ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &all) != 0) die("result");
}
#else
#error "x86-64 or aarch64"
#endif

/* ---- who is who ---- */

static const char *link_of(pid_t pid, const char *name, char *into, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  ssize_t length = readlink(path, into, size - 1);
  into[length < 0 ? 0 : length] = 0;
  return into;
}

static pid_t status_of(pid_t tid, const char *key) {
  char path[64], line[256];
  long value = 0;
  snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
  FILE *file = fopen(path, "re");
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    if (strncmp(line, key, strlen(key)) == 0) value = strtol(line + strlen(key), NULL, 10);
  if (file != NULL) fclose(file);
  return (pid_t)value;
}

static enum role role_of(pid_t pid) {
  for (size_t i = 0; i < task_count; i++)
    if (tasks[i].pid == pid) return tasks[i].role;
  return OTHER;
}

static struct task *task_of(pid_t tid) {
  for (size_t i = 0; i < task_count; i++)
    if (tasks[i].tid == tid) return &tasks[i];
  if (task_count == TASKS) {
    fputs("faults: too many threads\n", stderr);
    exit(125);
  }
  struct task *task = &tasks[task_count];
  pid_t pid = status_of(tid, "Tgid:");
  *task = (struct task){.tid = tid, .pid = pid == 0 ? tid : pid};
  if (task->pid == monitor && monitor != 0)
    task->role = MONITOR;
  else
    task->role = role_of(task->pid) != OTHER ? role_of(task->pid) : role_of(status_of(tid, "PPid:"));
  task_count++;
  return task;
}

static void forget(pid_t tid) {
  for (size_t i = 0; i < task_count; i++)
    if (tasks[i].tid == tid) {
      tasks[i] = tasks[--task_count];
      return;
    }
}

/* A new program: its other threads are gone, and its name may tell its role. */
static void executed(struct task *task) {
  char path[256];
  pid_t pid = task->pid;
  enum role role = task->role;
  const char *name = strrchr(link_of(pid, "exe", path, sizeof path), '/');
  name = name == NULL ? path : name + 1;
  if (strcmp(name, "java") == 0) role = URUNJ;
  if (strcmp(name, "runc") == 0 || strcmp(name, "crun") == 0) role = RUNTIME;
  if (strncmp(name, "qemu-system", 11) == 0) role = MONITOR;
  for (size_t i = task_count; i-- > 0;)
    if (tasks[i].pid == pid && tasks[i].tid != pid) tasks[i] = tasks[--task_count];
  task = task_of(pid);
  task->role = role;
  task->armed = 0;
}

/* ---- which calls change something ---- */

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

static int sends(struct task *task, const call_info *info) {
  struct nlmsghdr message;
  int family = family_of(task->pid, info->entry.args[0]);
  if (family == AF_UNIX) {
    snprintf(detail, sizeof detail, "unix");
    return 1;
  }
  if (family != AF_NETLINK) return 0;
  if (peek(task->tid, message_of(task->tid, info), &message, sizeof message) != sizeof message) return 0;
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
static const char *changing(struct task *task, const call_info *info) {
  const uint64_t *args = info->entry.args;
  uint64_t flags = 0;
  pid_t tid = task->tid;
  detail[0] = 0;
#define PATH(call, at) case SYS_##call: peek_text(tid, args[at], detail, sizeof detail); return #call;
#define FD(call) case SYS_##call: is_regular(task->pid, args[0]); return #call;
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
    WHEN(bpf, args[0] == 5 || args[0] == 8 || args[0] == 9) /* load, attach, detach */
    WHEN(openat, opens_to_change(tid, args[2], args[1]))
    WHEN(openat2, peek(tid, args[2], &flags, sizeof flags) == sizeof flags && opens_to_change(tid, flags, args[1]))
    WHEN(write, is_regular(task->pid, args[0]) || sends(task, info))
    WHEN(pwrite64, is_regular(task->pid, args[0]))
    WHEN(writev, is_regular(task->pid, args[0]))
    WHEN(sendfile, is_regular(task->pid, args[0]))
    WHEN(copy_file_range, is_regular(task->pid, args[2]))
    WHEN(sendto, sends(task, info))
    WHEN(sendmsg, sends(task, info))
    WHEN(bind, addresses_unix(tid, info))
    WHEN(connect, addresses_unix(tid, info))
    WHEN(clone, clones_process(tid, info))
    WHEN(clone3, clones_process(tid, info))
    WHEN(ioctl, ((args[1] >> 8) & 0xff) == 'T' && (args[1] & 0xff) >= 200 && (args[1] & 0xff) <= 230) /* TUN… */
  }
  return NULL;
}

/* ---- the fault ---- */

static void say(const char *format, ...) {
  va_list list;
  va_start(list, format);
  if (report != NULL) {
    vfprintf(report, format, list);
    fflush(report);
  }
  va_end(list);
}

static void kill_role(enum role role) {
  for (size_t i = 0; i < task_count; i++)
    if (tasks[i].role == role && tasks[i].tid == tasks[i].pid) kill(tasks[i].pid, SIGKILL);
  if (role == MONITOR && monitor_handle >= 0) syscall(SYS_pidfd_send_signal, monitor_handle, SIGKILL, NULL, 0);
}

static void strike(struct task *task) {
  watching = 0;
  if (fault.script != NULL && system(fault.script) != 0) say("the script failed\n");
  if (fault.kill == NULL) return;
  if (strcmp(fault.kill, "caller") == 0) kill(task->pid, SIGKILL);
  for (enum role role = OTHER; role < ROLES; role++)
    if (strcmp(fault.kill, "all") == 0 || strcmp(fault.kill, role_names[role]) == 0) kill_role(role);
}

/* Lets the kernel acknowledge a message that says nothing, in place of the request. */
static void refuse(struct task *task, const call_info *info) {
  struct nlmsghdr message;
  refused.address = message_of(task->tid, info);
  if (peek(task->tid, refused.address, &message, sizeof message) != sizeof message) die("netlink");
  refused.pid = task->pid;
  refused.sequence = message.nlmsg_seq;
  refused.type = message.nlmsg_type;
  message.nlmsg_type = NLMSG_NOOP;
  poke(task->tid, refused.address, &message, sizeof message);
}

/* Whether the bytes that came are the acknowledgement; it then says what the fault wants. */
static int patch_acknowledgement(struct task *task, uint64_t at) {
  struct {
    struct nlmsghdr header;
    int error;
    struct nlmsghdr request;
  } answer;
  if (peek(task->tid, at, &answer, sizeof answer) != sizeof answer) return 0;
  if (answer.header.nlmsg_type != NLMSG_ERROR || answer.header.nlmsg_seq != refused.sequence) return 0;
  answer.error = -fault.error;
  answer.request.nlmsg_type = refused.type;
  poke(task->tid, at, &answer, sizeof answer);
  return 1;
}

static int is_receive(uint64_t nr) { return nr == SYS_recvfrom || nr == SYS_recvmsg || nr == SYS_read; }

static void enter(struct task *task, const call_info *info) {
  if (refused.pid == task->pid && is_receive(info->entry.nr)) task->receives = message_of(task->tid, info);
  const char *name = changing(task, info);
  if (name == NULL) return;
  unsigned call = ++calls[task->role];
  const char *role = role_names[task->role];
  if (trace != NULL) fprintf(trace, "%s %u %d %s %s\n", role, call, (int)task->pid, name, detail);
  if (task->role != fault.role || call != fault.call) return;
  say("hit %s %u %s %s %s\n", role, call, fault.after ? "after" : "before", name, detail);
  task->armed = fault.after || fault.error != 0;
  if (fault.error != 0) {
    if (strncmp(detail, "netlink", 7) == 0)
      refuse(task, info);
    else
      skip_call(task->tid);
  } else if (!fault.after) {
    strike(task);
  }
}

static void leave(struct task *task) {
  if (task->armed && refused.pid != 0) {
    struct nlmsghdr message;
    if (peek(task->tid, refused.address, &message, sizeof message) == sizeof message) {
      message.nlmsg_type = refused.type;
      poke(task->tid, refused.address, &message, sizeof message);
    }
  } else if (task->armed) {
    if (fault.error != 0) set_result(task->tid, -fault.error);
    strike(task);
  } else if (task->receives != 0 && patch_acknowledgement(task, task->receives)) {
    refused.pid = 0;
    watching = 0;
  }
  task->armed = 0;
  task->receives = 0;
}

/* ---- following ---- */

static const unsigned long OPTIONS =
    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;

static void stopped(pid_t tid, int status) {
  int event = status >> 16, signal = WSTOPSIG(status), next = 0;
  struct task *task = task_of(tid);
  call_info info = {0};
  if (signal == (SIGTRAP | 0x80)) {
    if (watching && ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info) > 0) {
      if (info.op == PTRACE_SYSCALL_INFO_ENTRY) enter(task, &info);
      if (info.op == PTRACE_SYSCALL_INFO_EXIT) leave(task);
    }
  } else if (event == PTRACE_EVENT_EXEC) {
    executed(task);
  } else if (event == PTRACE_EVENT_STOP) {
    if (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU) {
      ptrace(PTRACE_LISTEN, tid, 0, 0);
      return;
    }
  } else if (event == 0) {
    next = signal;
  }
  ptrace(watching ? PTRACE_SYSCALL : PTRACE_CONT, tid, 0, next); /* ESRCH: it was killed meanwhile */
}

static void follow_monitor(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", (int)monitor);
  DIR *directory = opendir(path);
  struct dirent *entry;
  while (directory != NULL && (entry = readdir(directory)) != NULL) {
    pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);
    if (tid > 0 && ptrace(PTRACE_SEIZE, tid, 0, OPTIONS) == 0) ptrace(PTRACE_INTERRUPT, tid, 0, 0);
  }
  if (directory != NULL) closedir(directory);
}

static pid_t start(char **line) {
  pid_t child = fork();
  if (child == 0) {
    raise(SIGSTOP);
    execvp(line[0], line);
    perror(line[0]);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status)) die(line[0]);
  if (ptrace(PTRACE_SEIZE, child, 0, OPTIONS) != 0) die("PTRACE_SEIZE");
  kill(child, SIGCONT);
  return child;
}

static FILE *file_named(const char *name) {
  FILE *file = fopen(name, "we");
  if (file == NULL) die(name);
  return file;
}

static char **options(char **argument) {
  for (; *argument != NULL && strcmp(*argument, "--") != 0; argument++) {
    const char *name = *argument;
    if (strcmp(name, "--after") == 0) {
      fault.after = 1;
      continue;
    }
    const char *value = *++argument;
    if (value == NULL) break;
    if (strcmp(name, "--report") == 0) report = file_named(value);
    if (strcmp(name, "--trace") == 0) trace = file_named(value);
    if (strcmp(name, "--monitor") == 0) monitor = (pid_t)strtol(value, NULL, 10);
    if (strcmp(name, "--call") == 0) fault.call = (unsigned)strtoul(value, NULL, 10);
    if (strcmp(name, "--errno") == 0) fault.error = (int)strtol(value, NULL, 10);
    if (strcmp(name, "--kill") == 0) fault.kill = value;
    if (strcmp(name, "--run") == 0) fault.script = value;
    for (enum role role = OTHER; role < ROLES; role++)
      if (strcmp(name, "--role") == 0 && strcmp(value, role_names[role]) == 0) fault.role = role;
  }
  if (*argument == NULL || argument[1] == NULL) {
    fputs("faults [OPTION]... -- PROGRAM ARGUMENT...\n", stderr);
    exit(125);
  }
  return argument + 1;
}

int main(int argc, char **argv) {
  char **line = options(argv + (argc > 0));
  int status = 0, code = 125;
  pid_t tid, program = start(line);
  if (monitor != 0) {
    monitor_handle = (int)syscall(SYS_pidfd_open, monitor, 0);
    if (fault.role == MONITOR) follow_monitor();
  }
  while ((tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
    if (tid <= 0) continue;
    if (WIFSTOPPED(status)) {
      stopped(tid, status);
      continue;
    }
    forget(tid);
    if (tid != program) continue;
    code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    break;
  }
  say("calls other %u urunj %u runtime %u monitor %u\n", calls[OTHER], calls[URUNJ], calls[RUNTIME], calls[MONITOR]);
  return code;
}
