package dev.urunj.e2e.stage;

import static java.util.Objects.requireNonNull;

import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Where the build puts things, and the directories of this run below it. They stay until the next
/// `clean`, so that a failed test can be looked into.
public final class Target {
  private static final AtomicInteger NEXT = new AtomicInteger();

  private Target() {}

  /// The launcher of the distribution.
  public static Path launcher() {
    return path("urunj.dist").resolve("bin/urunj");
  }

  public static Path images() {
    return path("urunj.images");
  }

  /// A file of the documentation's sources.
  public static Path document(String name) {
    return path("urunj.docs").resolve(name);
  }

  public static Path directory() {
    return path("urunj.target");
  }

  /// A new number, for names that must not meet each other within this run.
  public static int number() {
    return NEXT.incrementAndGet();
  }

  /// What every name of this run begins with. Where process ids are not the machine's, its caller
  /// says what tells this run from others. The tests run in several processes at the same time.
  public static String prefix() {
    String given = System.getenv("URUNJ_NAMES");
    return "urunj-e2e-" + (given == null ? "" : given + "-") + ProcessHandle.current().pid() + "-";
  }

  /// What makes something below [#directory].
  @FunctionalInterface
  public interface Making {
    /// Makes it, unless it is there.
    void run() throws IOException;
  }

  /// Makes what several tests use, while no other process and no other thread does. A thread that
  /// makes something makes nothing else meanwhile.
  public static void once(Making making) throws IOException {
    synchronized (Target.class) {
      Path file = Files.createDirectories(directory()).resolve("making.lock");
      try (FileChannel lock =
              FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = lock.lock()) {
        making.run();
      }
    }
  }

  /// A name that no other run on this machine uses at the same time.
  public static String unique() {
    return prefix() + number();
  }

  /// A new empty directory.
  public static Path scratch() throws IOException {
    return Files.createDirectories(
        directory().resolve("work/" + ProcessHandle.current().pid() + "/" + number()));
  }

  /// A program of `src/test/python`.
  public static Path python(String name) {
    return directory().resolveSibling("src/test/python/" + name + ".py");
  }

  /// A program compiled from `src/test/c`.
  public static Path compiled(String name) throws IOException {
    return compiled(name, directory().resolve("c/" + name));
  }

  /// The same without libraries, for a guest.
  public static Path standalone(String name) throws IOException {
    return compiled(name, directory().resolve("c/" + name), "-static");
  }

  /// A kernel for Solo5's tenders.
  ///
  /// @param target 1 for hvt, 2 for spt
  public static Path solo5Kernel(int target, boolean network) throws IOException {
    Path result = directory().resolve("c/solo5-kernel-" + target + (network ? "-net" : ""));
    String define = network ? "-DNETWORK" : "-UNETWORK";
    return compiled("solo5-kernel", result, "-static", "-DTARGET=" + target, define);
  }

  /// A library to preload, compiled from `src/test/c`.
  public static Path library(String name) throws IOException {
    return compiled(name, directory().resolve("c/" + name + ".so"), "-shared", "-fPIC");
  }

  /// The same, without libraries: a guest runs it too.
  public static Path linkedStatically(String name) throws IOException {
    return compiled(name, directory().resolve("c/" + name + "-static"), "-static", "-pthread");
  }

  private static Path compiled(String name, Path result, String... flags) throws IOException {
    Path sources = directory().resolveSibling("src/test/c");
    once(() -> {
      if (!Files.exists(result) || isOlderThanAny(result, sources)) {
        compile(sources.resolve(name + ".c"), result, flags);
      }
    });
    return result;
  }

  private static void compile(Path source, Path result, String... flags) throws IOException {
    Files.createDirectories(result.getParent());
    List<String> gcc = new ArrayList<>(List.of("gcc", "-O1", "-Wall", "-Werror"));
    gcc.addAll(List.of(flags));
    gcc.addAll(List.of("-o", result.toString(), source.toString()));
    Programs.run(Duration.ofSeconds(60), gcc).orFail();
  }

  /// Of the sources some include others.
  private static boolean isOlderThanAny(Path result, Path sources) throws IOException {
    FileTime made = Files.getLastModifiedTime(result);
    try (Stream<Path> all = Files.list(sources)) {
      for (Path source : all.toList()) {
        if (made.compareTo(Files.getLastModifiedTime(source)) < 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static Path path(String property) {
    return Path.of(requireNonNull(System.getProperty(property), property)).normalize();
  }
}
