/* A clock that jumps, for programs that read it through the C library: preload it.
 *
 * URUNJ_JUMP_SECONDS is added to the clock, from URUNJ_JUMP_AFTER milliseconds on after the program has begun. The
 * monotonic clock is the kernel's: it does not jump on a real machine either. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long jump, after_nanos;
static struct timespec begun;

static long long nanos(const struct timespec *time) { return time->tv_sec * 1000000000LL + time->tv_nsec; }

__attribute__((constructor)) static void begin(void) {
  const char *seconds = getenv("URUNJ_JUMP_SECONDS"), *after = getenv("URUNJ_JUMP_AFTER");
  jump = seconds == NULL ? 0 : strtoll(seconds, NULL, 10);
  after_nanos = after == NULL ? 0 : strtoll(after, NULL, 10) * 1000000LL;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &begun);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = (int)syscall(SYS_clock_gettime, clock, time);
  struct timespec now;
  if (result != 0 || clock != CLOCK_REALTIME) return result;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  if (nanos(&now) - nanos(&begun) >= after_nanos) time->tv_sec += jump;
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec now;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *into) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  if (into != NULL) *into = now.tv_sec;
  return now.tv_sec;
}
