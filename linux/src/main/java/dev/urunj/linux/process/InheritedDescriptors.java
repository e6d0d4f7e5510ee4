package dev.urunj.linux.process;

import org.jspecify.annotations.Nullable;

/// Which descriptors from 3 on the caller gave this process. Only the launcher can know, because
/// the JVM opens files before the first line of Java runs; it says so in the system property
/// `dev.urunj.descriptors`, numbers that each end with a comma. For a JVM without that property,
/// for example a test's, we assume that the caller gave all.
final class InheritedDescriptors {
  private final @Nullable String numbers;

  private InheritedDescriptors(@Nullable String numbers) {
    this.numbers = numbers;
  }

  static InheritedDescriptors ofThisProcess() {
    return of(System.getProperty("dev.urunj.descriptors"));
  }

  /// @param numbers as in `3,4,12,`; null when it is not known
  static InheritedDescriptors of(@Nullable String numbers) {
    return new InheritedDescriptors(numbers == null ? null : "," + numbers);
  }

  boolean has(int number) {
    return numbers == null || numbers.contains("," + number + ",");
  }
}
