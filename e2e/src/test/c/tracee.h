/* What one can see and change of a process that is followed by ptrace, on x86-64 and aarch64. */
#include <ctype.h>
#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

static void die(const char *what) {
  perror(what);
  exit(125);
}

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

static const char *link_of(pid_t pid, const char *name, char *into, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  ssize_t length = readlink(path, into, size - 1);
  into[length < 0 ? 0 : length] = 0;
  return into;
}
