// Samples of one measure, and how they are summed up: shared by network-floor and timer.
#ifndef URUNJ_BENCH_SAMPLES_H
#define URUNJ_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdio.h>
#include <time.h>

// Owns `values`, which lives as long as the process.
struct samples {
  double *values;
  size_t count;
  size_t capacity;
};

// Ends the process with "PROGRAM: message" (and errno's text where `error` is not 0) and exit code 1.
void fail(int error, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));

// Time of `clock` in nanoseconds.
double clock_ns(clockid_t clock);

void samples_add(struct samples *samples, double value);

// Prints {"n":…,"median":…,"min":…,"p90":…,"p99":…,"samples":[…]}; the samples keep the order in which they were taken.
// Median and percentiles are the nearest rank, so each is a value that was seen.
void samples_print(FILE *out, const struct samples *samples);

#endif
