#include "samples.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void fail(int error, const char *format, ...) {
  fprintf(stderr, "%s: ", program_invocation_short_name);
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  if (error != 0) fprintf(stderr, ": %s", strerror(error));
  fputc('\n', stderr);
  exit(1);
}

double clock_ns(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) != 0) fail(errno, "clock_gettime(%d)", (int)clock);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

void samples_add(struct samples *samples, double value) {
  if (samples->count == samples->capacity) {
    samples->capacity = samples->capacity == 0 ? 256 : samples->capacity * 2;
    samples->values = reallocarray(samples->values, samples->capacity, sizeof(double));
    if (samples->values == NULL) fail(ENOMEM, "samples");
  }
  samples->values[samples->count++] = value;
}

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left;
  double b = *(const double *)right;
  return (a > b) - (a < b);
}

// Nearest rank: the smallest value with at least `percent` of all values at or below it.
static double rank(const double *sorted, size_t count, size_t percent) {
  size_t position = (count * percent + 99) / 100;
  return sorted[position == 0 ? 0 : position - 1];
}

void samples_print(FILE *out, const struct samples *samples) {
  if (samples->count == 0) {
    fputs("{\"n\":0,\"samples\":[]}", out);
    return;
  }
  double *sorted = reallocarray(NULL, samples->count, sizeof(double));
  if (sorted == NULL) fail(ENOMEM, "samples");
  memcpy(sorted, samples->values, samples->count * sizeof(double));
  qsort(sorted, samples->count, sizeof(double), ascending);
  fprintf(out, "{\"n\":%zu,\"median\":%.3f,\"min\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"samples\":[", samples->count,
          rank(sorted, samples->count, 50), sorted[0], rank(sorted, samples->count, 90),
          rank(sorted, samples->count, 99));
  for (size_t i = 0; i < samples->count; i++) {
    fprintf(out, "%s%.3f", i == 0 ? "" : ",", samples->values[i]);
  }
  fputs("]}", out);
  free(sorted);
}
