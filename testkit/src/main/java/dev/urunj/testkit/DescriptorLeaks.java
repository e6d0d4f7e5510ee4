package dev.urunj.testkit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Fails a test that leaves descriptors behind: compares `/proc/self/fd` at the end with the
/// beginning. What the JVM opens for itself and keeps (jars, random devices, its cgroup files) is
/// not counted.
///
/// `try (DescriptorLeaks _ = DescriptorLeaks.watch()) { … }`
public final class DescriptorLeaks implements AutoCloseable {
  private static final Pattern OWN =
      Pattern.compile(
          ".*\\.(jar|so)|.*/lib/modules|.*\\.class|/dev/u?random|/sys/fs/cgroup/.*|/proc/\\d+/fd"
              + "|.*/surefire[^/]*|/proc/stat|/proc/cpuinfo");
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final Map<Integer, String> before;

  private DescriptorLeaks(Map<Integer, String> before) {
    this.before = before;
  }

  /// Notes what is open now.
  public static DescriptorLeaks watch() throws IOException {
    return new DescriptorLeaks(open());
  }

  /// Waits a moment for what other threads are about to close (pipes of a child that has ended).
  ///
  /// @throws AssertionError naming each descriptor that is open now and was not before
  @Override
  public void close() throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    Map<Integer, String> left = left();
    while (!left.isEmpty() && System.nanoTime() < end) {
      sleep();
      left = left();
    }
    if (!left.isEmpty()) {
      throw new AssertionError("descriptors left open: " + left);
    }
  }

  private Map<Integer, String> left() throws IOException {
    Map<Integer, String> now = open();
    now.entrySet().removeAll(before.entrySet());
    return now;
  }

  private static Map<Integer, String> open() throws IOException {
    Map<Integer, String> open = new TreeMap<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : links) {
        String target = target(link);
        if (!OWN.matcher(target).matches()) {
          open.put(Integer.valueOf(link.getFileName().toString()), target);
        }
      }
    }
    return open;
  }

  /// The directory stream's own descriptor is in its list, and others end while it is read.
  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException gone) {
      return "/proc/0/fd";
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
