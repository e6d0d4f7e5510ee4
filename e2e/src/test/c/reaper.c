/* What a containerd shim is to a container: the parent of what its creator leaves behind.
 *
 *   reaper FILE PROGRAM ARGUMENT...
 *
 * Runs the program, then waits for every process that is handed to it, and appends one line to FILE
 * for each: "PID STATUS", the status as a shell has it. The program's own line is "done STATUS". */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int file = argc < 3 ? -1 : open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) != 0) {
    perror("reaper");
    return 125;
  }
  pid_t program = fork();
  if (program == 0) {
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    _exit(127);
  }
  for (;;) {
    int status = 0;
    pid_t pid = wait(&status);
    if (pid < 0) {
      if (errno == EINTR) continue;
      return errno == ECHILD ? 0 : 125;
    }
    int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    char line[64];
    int length = pid == program ? snprintf(line, sizeof line, "done %d\n", code)
                                : snprintf(line, sizeof line, "%d %d\n", (int)pid, code);
    if (write(file, line, (size_t)length) != length) return 125;
  }
}
