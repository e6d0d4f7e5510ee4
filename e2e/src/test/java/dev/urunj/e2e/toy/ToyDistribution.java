package dev.urunj.e2e.toy;

import static java.util.Objects.requireNonNull;

import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The distribution with the toy monitor and the toy guest in it: a copy whose first jar holds
/// their classes and the registry that names them, and nothing else. All other files are those of
/// the build, so whatever needs more than a registration does not work here.
final class ToyDistribution {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Path directory;

  private ToyDistribution(Path directory) {
    this.directory = directory;
  }

  /// Makes it, with an archive of its classes.
  static ToyDistribution make() throws IOException {
    Path bin = requireNonNull(Target.launcher().getParent());
    Path built = requireNonNull(bin.getParent());
    Path directory = Target.scratch().resolve("urunj");
    run("cp", "--archive", "--link", built.toString(), directory.toString());
    Path lib = directory.resolve("lib");
    run(
        "sh",
        "-c",
        "rm -f " + lib + "/urunj-*.jsa " + lib + "/urunj-*.failed " + lib + "/train.lock");
    compile(lib);
    Path flags = lib.resolve("jvm-flags");
    String before = Files.readString(flags);
    Files.delete(flags); // which is the build's own file
    Files.writeString(
        flags, before.replace("-Xbootclasspath/a:", "-Xbootclasspath/a:@/modules/toy.jar:"));
    run(lib.resolve("train").toString());
    return new ToyDistribution(directory);
  }

  Path launcher() {
    return directory.resolve("bin/urunj");
  }

  /// The program that a monitor's search finds, and the path to search.
  static String path() throws IOException {
    return "PATH=" + Target.standalone("urunj-toy").getParent() + ":" + System.getenv("PATH");
  }

  private static void compile(Path lib) throws IOException {
    Path tests = requireNonNull(Target.directory().getParent()).resolveSibling("runtime/src/test");
    Path classes = Files.createDirectories(lib.resolveSibling("toy-classes"));
    List<String> javac = new ArrayList<>();
    javac.add(tool("javac"));
    javac.addAll(List.of("-d", classes.toString(), "-cp", lib + "/modules/*"));
    javac.add(tests.resolve("toy/Registry.java").toString());
    javac.add(tests.resolve("java/dev/urunj/runtime/guest/ToyGuest.java").toString());
    try (Stream<Path> sources = Files.list(tests.resolve("java/dev/urunj/runtime/monitor/toy"))) {
      sources
          .filter(source -> !source.endsWith("package-info.java")) // its annotation is not shipped
          .forEach(source -> javac.add(source.toString()));
    }
    run(javac.toArray(String[]::new));
    String jar = lib.resolve("modules/toy.jar").toString();
    run(tool("jar"), "--create", "--file", jar, "-C", classes.toString(), ".");
  }

  private static String tool(String name) {
    return System.getProperty("java.home") + "/bin/" + name;
  }

  private static void run(String... command) throws IOException {
    Programs.run(LONG, List.of(command)).orFail();
  }
}
