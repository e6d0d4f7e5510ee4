package dev.urunj.bench;

import java.util.Arrays;

/// Durations of one measure, and their sum-up as `samples.c` prints it.
final class Samples {
  private final String name;
  private final double[] micros;
  private int count;

  Samples(String name, int capacity) {
    this.name = name;
    this.micros = new double[capacity];
  }

  /// Adds a duration in nanoseconds; beyond the capacity it is dropped.
  void add(long nanos) {
    if (count < micros.length) {
      micros[count++] = nanos / 1000.0;
    }
  }

  /// `"name":{"n":…,"median":…,"min":…,"p90":…,"samples":[…]}` in µs. Median and 90th percentile
  /// are the nearest rank, so each is a value that was seen; samples keep their order.
  String json() {
    double[] taken = Arrays.copyOf(micros, count);
    double[] sorted = taken.clone();
    Arrays.sort(sorted);
    return "\"%s\":{\"n\":%d,\"median\":%s,\"min\":%s,\"p90\":%s,\"samples\":%s}"
        .formatted(
            name, count, rank(sorted, 50), rank(sorted, 0), rank(sorted, 90), withoutBlanks(taken));
  }

  private static double rank(double[] sorted, int percent) {
    return sorted[Math.max((sorted.length * percent + 99) / 100 - 1, 0)];
  }

  private static String withoutBlanks(double[] values) {
    return Arrays.toString(values).replace(" ", "");
  }
}
