/* A fault at a chosen system call of a command or of whatever the command starts.
 *
 *   faults [OPTION]... -- PROGRAM ARGUMENT...
 *
 * Runs the program under ptrace, follows each thread and each child, and numbers those system calls that change
 * something outside of their process, from 1 on, for each role on its own:
 *
 *   urunj    the launcher, which is the JVM
 *   runtime  runc or crun with its children, among them the container's first process
 *   monitor  the process named by --monitor, and each process that executes QEMU or the toy
 *   other    programs that the others run
 *
 *   --report FILE    one line for each fault that came about, and the number of calls of each role at the end
 *   --trace FILE     one line for each call: ROLE NUMBER PID CALL DETAIL
 *   --monitor PID    a monitor that runs already; it is followed when --role is monitor
 *   --role ROLE      whose call (default urunj)
 *   --call N         at the N-th call; without it nothing happens and the calls are only counted
 *   --only TEXT      counting for that only those whose "CALL DETAIL" contains the text
 *   --after          once the call has been executed; else it is not executed
 *   --kill WHO       SIGKILL to: caller, urunj, runtime, monitor or all
 *   --errno N        the call fails with this number; a netlink request is acknowledged with it
 *   --run SCRIPT     a shell script runs while the caller waits
 *
 * There is no seccomp filter in it: that would stay in the processes that live on. After the fault each process
 * is released at its next stop, and when the program has ended the kernel releases the rest. The status is the
 * program's, as a shell has it; 125 when there is an error here. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdarg.h>
#include <sys/wait.h>
#include "tracee.h"
#include "changes.h"

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
  const char *kill, *script, *only;
} fault = {.role = URUNJ};

/* A netlink request that the kernel was not shown: its acknowledgement is made a refusal. */
static struct {
  pid_t pid;
  uint32_t sequence;
  uint16_t type;
  uint64_t address;
} refused;

/* ---- who is who ---- */

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
  if (strcmp(name, "urunj") == 0) role = URUNJ;
  if (strcmp(name, "runc") == 0 || strcmp(name, "crun") == 0) role = RUNTIME;
  if (strncmp(name, "qemu-system", 11) == 0 || strcmp(name, "urunj-toy") == 0) role = MONITOR;
  for (size_t i = task_count; i-- > 0;)
    if (tasks[i].pid == pid && tasks[i].tid != pid) tasks[i] = tasks[--task_count];
  task = task_of(pid);
  task->role = role;
  task->armed = 0;
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

static unsigned matches; /* calls that the fault is about */

static int is_other(const char *name) {
  char text[sizeof detail + 32];
  snprintf(text, sizeof text, "%s %s", name, detail);
  return fault.only != NULL && strstr(text, fault.only) == NULL;
}

static void enter(struct task *task, const call_info *info) {
  if (refused.pid == task->pid && is_receive(info->entry.nr)) task->receives = message_of(task->tid, info);
  const char *name = changing(task->pid, task->tid, info);
  if (name == NULL) return;
  unsigned call = ++calls[task->role];
  const char *role = role_names[task->role];
  if (trace != NULL) fprintf(trace, "%s %u %d %s %s\n", role, call, (int)task->pid, name, detail);
  if (task->role != fault.role || is_other(name)) return;
  if ((fault.only == NULL ? call : ++matches) != fault.call) return;
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
  } else if (event == PTRACE_EVENT_STOP && watching) {
    if (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU) {
      ptrace(PTRACE_LISTEN, tid, 0, 0);
      return;
    }
  } else if (event == 0) {
    next = signal;
  }
  if (watching) {
    ptrace(PTRACE_SYSCALL, tid, 0, next); /* ESRCH: it was killed meanwhile */
  } else {
    ptrace(PTRACE_DETACH, tid, 0, next); /* a first process that is followed would survive its own SIGSEGV */
    forget(tid);
  }
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
    if (strcmp(name, "--only") == 0) fault.only = value;
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
