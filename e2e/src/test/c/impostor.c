/* Takes the id of a process that is gone, and writes down every signal that it gets.
 *
 *   impostor PID FILE
 *
 * Ends as soon as the impostor runs in the background, with the id. The kernel gives the next free
 * id after /proc/sys/kernel/ns_last_pid of the PID namespace; another process may be faster, so it
 * is tried again. FILE gets one line for each signal: "signal NUMBER from PID". */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int set_next(long pid) {
  FILE *last = fopen("/proc/sys/kernel/ns_last_pid", "w");
  if (!last) return -1;
  int printed = fprintf(last, "%ld", pid - 1);
  return fclose(last) == 0 && printed > 0 ? 0 : -1;
}

static void record(const char *file) {
  sigset_t all;
  siginfo_t info;
  char line[64];
  sigfillset(&all);
  for (;;) {
    int number = sigwaitinfo(&all, &info);
    if (number < 0) continue;
    int length = snprintf(line, sizeof line, "signal %d from %d\n", number, (int)info.si_pid);
    int fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0 || write(fd, line, (size_t)length) != length) _exit(1);
    close(fd);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  long wanted = atol(argv[1]);
  int fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (wanted < 2 || fd < 0) return 2;
  close(fd);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  for (int attempt = 0; attempt < 1000; attempt++) {
    if (set_next(wanted) != 0) {
      perror("ns_last_pid");
      return 1;
    }
    pid_t child = fork();
    if (child == 0) {
      if (getpid() != wanted) _exit(0);
      setsid();
      int null = open("/dev/null", O_RDWR);
      for (int stream = 0; stream < 3; stream++) dup2(null, stream);
      record(argv[2]);
    }
    if (child == wanted) return 0;
    if (child > 0) waitpid(child, NULL, 0);
    usleep(10000);
  }
  fprintf(stderr, "impostor: process %ld is not gone\n", wanted);
  return 1;
}
