package dev.urunj.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// The run from which the build makes the AOT cache: the commands of one container's life, in one
/// JVM, so that what they load and link is in the cache. Not a command: nothing but the build calls
/// it.
///
/// The low-level runtime is a stand-in that starts no container. Commands that fail, for want of
/// root or of a monitor, train as far as they get; whether the commands are right is the tests'
/// question.
final class AotTraining {
  private AotTraining() {}

  /// Trains.
  ///
  /// @param args a scratch directory, and the directory with the training bundle and the stand-in
  public static void main(String[] args) throws IOException {
    Path scratch = Path.of(args[0]).toAbsolutePath();
    Path input = Path.of(args[1]).toAbsolutePath();
    Files.createDirectories(scratch);
    Path bundle = copyBundle(input, scratch);
    String root = scratch.resolve("root").toString();
    String log = scratch.resolve("log.json").toString();
    List<String> global = List.of("--root", root, "--log", log, "--log-format", "json");
    run(List.of("--version"));
    run(List.of("features"));
    run(global, "create", "--bundle", bundle.toString(), "--pid-file", scratch + "/pid", "trained");
    run(global, "state", "trained");
    run(global, "list");
    run(global, "start", "trained");
    run(global, "kill", "trained", "KILL");
    run(global, "kill", "trained", "15");
    run(global, "state", "trained");
    run(global, "delete", "trained");
  }

  private static Path copyBundle(Path input, Path scratch) throws IOException {
    Path bundle = scratch.resolve("bundle");
    Files.createDirectories(bundle.resolve("rootfs"));
    for (String name : new String[] {"config.json", "rootfs/kernel", "rootfs/initrd"}) {
      Files.copy(input.resolve(name), bundle.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    return bundle;
  }

  private static void run(List<String> global, String... command) {
    List<String> words = new java.util.ArrayList<>(global);
    words.addAll(List.of(command));
    run(words);
  }

  private static void run(List<String> words) {
    int code = Main.run(words);
    System.err.println("trained: " + String.join(" ", words) + " = " + code);
  }
}
