// Times whole commands, as a shim would call them: wall and CPU of several cases whose rounds take turns.
//
//   timer [--rounds N] [--warmup N] CASES
//
// CASES is a file of lines; words are separated by blanks, '…' keeps blanks in a word, # starts a comment:
//   case NAME             starts a case; its steps follow
//   do COMMAND…           runs a command, not timed; a failure ends the run
//   time STEP COMMAND…    runs a command and records it under the name STEP; a failure ends the run
//   sleep MS              waits, not timed
//   gone STEP PIDFILE MS  waits until the process named in PIDFILE, a child or an adopted orphan, is dead and reaped, at most
//                         MS; records the wait as wall and that process's whole user+sys as CPU
//   ensure COMMAND…       runs at the end of each round, also of one that failed; its result does not count
// NAME and STEP are made of letters, digits, '-' and '_'.
// Prints {"kind":"commands","rounds":…,"cases":[{"name":…,"steps":[{"name":…,"wall_ms":{…},"cpu_ms":{…}}]}]}.
//
// A command is posix_spawn(3) + wait4(2): wall is from before the spawn until it is reaped, CPU is user+sys of it and of the
// children it waited for. The program is a child subreaper (prctl(2)) and reaps orphans at once, so a container's process
// that outlives its runtime ends here, as it would in a shim. Standard input and output of commands are /dev/null.
#include <errno.h>
#include <getopt.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>

#include "samples.h"

enum { CASES_MAX = 16, STEPS_MAX = 32, WORDS_MAX = 64, ORPHANS_MAX = 256 };

enum action { DO, TIME, SLEEP, GONE, ENSURE };

struct step {
  enum action action;
  char *name;                // of TIME and GONE
  char *words[WORDS_MAX];    // the command, NULL-terminated; PIDFILE for GONE
  unsigned long milliseconds;
  struct samples wall;
  struct samples cpu;
};

struct test_case {
  char *name;
  struct step steps[STEPS_MAX];
  int count;
};

// A process that was reaped while something else was awaited: the newest ORPHANS_MAX.
struct orphan {
  pid_t pid;
  double cpu_ns;
};

static struct test_case cases[CASES_MAX];
static int case_count;
static struct orphan orphans[ORPHANS_MAX];
static size_t orphan_count;

extern char **environ;

static unsigned long number(const char *text, const char *where, unsigned long most) {
  char *end;
  errno = 0;
  unsigned long value = strtoul(text, &end, 10);
  if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || value > most) {
    fail(0, "%s: \"%.40s\": expected a number from 0 to %lu", where, text, most);
  }
  return value;
}

// Splits `line` in place and returns the number of words; `words` gets a NULL at its end.
static int split(char *line, char **words, const char *where) {
  int count = 0;
  char *in = line;
  for (;;) {
    in += strspn(in, " \t\n");
    if (*in == '\0' || *in == '#') break;
    if (count == WORDS_MAX - 1) fail(0, "%s: more than %d words", where, WORDS_MAX - 1);
    char *out = words[count++] = in;
    bool quoted = false;
    for (; *in != '\0' && (quoted || strchr(" \t\n", *in) == NULL); in++) {
      if (*in == '\'') quoted = !quoted;
      else *out++ = *in;
    }
    if (quoted) fail(0, "%s: ' without its end", where);
    if (*in != '\0') in++;
    *out = '\0';
  }
  words[count] = NULL;
  return count;
}

static char *plain_name(char *name, const char *where) {
  static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (name[0] == '\0' || name[strspn(name, PLAIN)] != '\0') {
    fail(0, "%s: a name of other characters than letters, digits, - and _", where);
  }
  return name;
}

static void add_step(struct test_case *owner, char **words, int count, const char *where) {
  static const struct {
    const char *word;
    enum action action;
    int skip;   // words before the command
    int least;  // words in all
    int most;
  } FORMS[] = {{"do", DO, 1, 2, WORDS_MAX},     {"time", TIME, 2, 3, WORDS_MAX}, {"sleep", SLEEP, 2, 2, 2},
               {"gone", GONE, 2, 4, 4},         {"ensure", ENSURE, 1, 2, WORDS_MAX}};
  size_t form = 0;
  while (form < sizeof(FORMS) / sizeof(FORMS[0]) && strcmp(FORMS[form].word, words[0]) != 0) form++;
  if (form == sizeof(FORMS) / sizeof(FORMS[0])) fail(0, "%s: \"%.40s\" is no kind of step", where, words[0]);
  if (count < FORMS[form].least || count > FORMS[form].most) fail(0, "%s: wrong number of words", where);
  if (owner->count == STEPS_MAX) fail(0, "%s: more than %d steps", where, STEPS_MAX);
  struct step *step = &owner->steps[owner->count++];
  step->action = FORMS[form].action;
  if (step->action == TIME || step->action == GONE) step->name = plain_name(words[1], where);
  if (step->action == SLEEP) step->milliseconds = number(words[1], where, 600000);
  if (step->action == GONE) step->milliseconds = number(words[3], where, 600000);
  for (int i = FORMS[form].skip; i < count; i++) step->words[i - FORMS[form].skip] = words[i];
}

// The words live as long as the process.
static void read_cases(const char *path) {
  FILE *file = fopen(path, "re");
  if (file == NULL) fail(errno, "%s", path);
  char *line = NULL;
  size_t size = 0;
  for (int row = 1; getline(&line, &size, file) >= 0; row++) {
    char where[512];
    char *words[WORDS_MAX];
    snprintf(where, sizeof(where), "%.400s:%d", path, row);
    char *kept = strdup(line);
    if (kept == NULL) fail(ENOMEM, "%s", where);
    int count = split(kept, words, where);
    if (count == 0) {
      free(kept);
    } else if (strcmp(words[0], "case") == 0) {
      if (count != 2 || case_count == CASES_MAX) fail(0, "%s: expected: case NAME, at most %d of them", where, CASES_MAX);
      cases[case_count++].name = plain_name(words[1], where);
    } else {
      if (case_count == 0) fail(0, "%s: a step before the first case", where);
      add_step(&cases[case_count - 1], words, count, where);
    }
  }
  free(line);
  fclose(file);
  if (case_count == 0) fail(0, "%s: no case in it", path);
}

static double cpu_ns(const struct rusage *usage) {
  return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e9
         + (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1e3;
}

static void remember(pid_t pid, const struct rusage *usage) {
  orphans[orphan_count++ % ORPHANS_MAX] = (struct orphan){.pid = pid, .cpu_ns = cpu_ns(usage)};
}

// Reaps whatever has ended already.
static void reap_orphans(void) {
  struct rusage usage;
  pid_t pid;
  while ((pid = wait4(-1, NULL, WNOHANG, &usage)) > 0) remember(pid, &usage);
}

// Starts `words` with /dev/null as standard input and output and `errors` as standard error.
static pid_t spawn(char **words, int errors) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
  pid_t pid;
  int error = posix_spawnp(&pid, words[0], &files, NULL, words, environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) fail(error, "%s", words[0]);
  return pid;
}

static void print_tail(int errors) {
  char text[4096];
  off_t end = lseek(errors, 0, SEEK_END);
  ssize_t length = pread(errors, text, sizeof(text), end > (off_t)sizeof(text) ? end - (off_t)sizeof(text) : 0);
  if (length > 0) fwrite(text, 1, (size_t)length, stderr);
}

// Returns whether the command ended with exit code 0; `measure` says whether its times are recorded.
static bool run(struct step *step, bool measure, bool loud) {
  int errors = memfd_create("stderr", MFD_CLOEXEC);
  if (errors < 0) fail(errno, "memfd_create");
  struct rusage usage;
  int status;
  double start = clock_ns(CLOCK_MONOTONIC);
  pid_t command = spawn(step->words, errors);
  pid_t pid;
  while ((pid = wait4(-1, &status, 0, &usage)) != command) {
    if (pid < 0 && errno != EINTR) fail(errno, "wait4");
    if (pid > 0) remember(pid, &usage);
  }
  double wall = clock_ns(CLOCK_MONOTONIC) - start;
  bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (good && measure) {
    samples_add(&step->wall, wall / 1e6);
    samples_add(&step->cpu, cpu_ns(&usage) / 1e6);
  }
  if (!good && loud) {
    fprintf(stderr, "timer: wait status 0x%x of:", (unsigned)status);
    for (char **word = step->words; *word != NULL; word++) fprintf(stderr, " %s", *word);
    fputc('\n', stderr);
    print_tail(errors);
  }
  close(errors);
  return good;
}

// The number in `path`, or 0.
static pid_t read_pid(const char *path) {
  char text[32] = "";
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof(text) - 1);
  close(file);
  return length > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

// Returns false, and says why, where the process does not go in time.
static bool await_end(struct step *step, bool measure) {
  pid_t pid = read_pid(step->words[0]);
  double start = clock_ns(CLOCK_MONOTONIC);
  while (pid > 0) {
    reap_orphans();
    double waited = clock_ns(CLOCK_MONOTONIC) - start;
    size_t oldest = orphan_count > ORPHANS_MAX ? orphan_count - ORPHANS_MAX : 0;
    for (size_t i = orphan_count; i-- > oldest;) {
      if (orphans[i % ORPHANS_MAX].pid != pid) continue;
      if (measure) {
        samples_add(&step->wall, waited / 1e6);
        samples_add(&step->cpu, orphans[i % ORPHANS_MAX].cpu_ns / 1e6);
      }
      orphans[i % ORPHANS_MAX].pid = 0;
      return true;
    }
    if (waited > (double)step->milliseconds * 1e6) break;
    usleep(200);
  }
  fprintf(stderr, "timer: %s: process %d is not gone after %lu ms\n", step->words[0], (int)pid, step->milliseconds);
  return false;
}

static bool run_step(struct step *step, bool measure) {
  switch (step->action) {
    case DO: return run(step, false, true);
    case TIME: return run(step, measure, true);
    case SLEEP: usleep((useconds_t)step->milliseconds * 1000); return true;
    case GONE: return await_end(step, measure);
    case ENSURE: return true;
  }
  return false;
}

static void run_round(struct test_case *test, bool measure) {
  bool good = true;
  orphan_count = 0;  // a pid of an earlier round may be another process's by now
  for (int i = 0; i < test->count && good; i++) {
    reap_orphans();
    good = run_step(&test->steps[i], measure);
  }
  for (int i = 0; i < test->count; i++) {
    if (test->steps[i].action == ENSURE) run(&test->steps[i], false, false);
  }
  reap_orphans();
  if (!good) fail(0, "case %s failed", test->name);
}

static void print_case(const struct test_case *test) {
  printf("{\"name\":\"%s\",\"steps\":[", test->name);
  const char *comma = "";
  for (int i = 0; i < test->count; i++) {
    const struct step *step = &test->steps[i];
    if (step->name == NULL) continue;
    printf("%s{\"name\":\"%s\",\"wall_ms\":", comma, step->name);
    samples_print(stdout, &step->wall);
    fputs(",\"cpu_ms\":", stdout);
    samples_print(stdout, &step->cpu);
    putchar('}');
    comma = ",";
  }
  fputs("]}", stdout);
}

int main(int count, char **arguments) {
  static const struct option LONG[] = {
      {"rounds", required_argument, NULL, 'n'}, {"warmup", required_argument, NULL, 'w'}, {NULL, 0, NULL, 0}};
  unsigned long rounds = 20;
  unsigned long warmup = 1;
  int option;
  while ((option = getopt_long(count, arguments, "", LONG, NULL)) != -1) {
    switch (option) {
      case 'n': rounds = number(optarg, "--rounds", 100000); break;
      case 'w': warmup = number(optarg, "--warmup", 100000); break;
      default: return 2;
    }
  }
  if (optind + 1 != count) fail(0, "expected one argument: the file of cases");
  read_cases(arguments[optind]);
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) fail(errno, "prctl(PR_SET_CHILD_SUBREAPER)");
  for (unsigned long round = 0; round < warmup + rounds; round++) {
    for (int i = 0; i < case_count; i++) {
      run_round(&cases[(round + (unsigned long)i) % (unsigned long)case_count], round >= warmup);
    }
  }
  printf("{\"kind\":\"commands\",\"rounds\":%lu,\"cases\":[", rounds);
  for (int i = 0; i < case_count; i++) {
    if (i > 0) putchar(',');
    print_case(&cases[i]);
  }
  puts("]}");
  return 0;
}
