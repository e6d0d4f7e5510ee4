package dev.urunj.e2e.fault;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A container that there is or may be, in a life on a ground.
record Body(Ground ground, String id, String cgroup, Path bundle, Path pidFile) {
  /// A new one.
  ///
  /// @param files where its pid file lies
  static Body of(BundleBuilder builder, Ground ground, Path files) throws IOException {
    String id = Target.unique();
    String cgroup = builder.cgroup().substring(1);
    return new Body(ground, id, cgroup, builder.build(), files.resolve("pid-" + id));
  }

  /// Of its first process.
  long pid() throws IOException {
    return Long.parseLong(Files.readString(pidFile));
  }

  /// Kills its monitor and waits until that is dead.
  void crash() throws IOException {
    ProcessHandle monitor = ProcessHandle.of(pid()).orElseThrow();
    monitor.destroyForcibly();
    while (monitor.isAlive()) {
      Node.pause(5);
    }
  }

  /// The command line of a scene's command.
  List<String> line(Scene scene) {
    return switch (scene) {
      case CREATE, RESTART ->
          ground.line(
              "create", "--bundle", bundle.toString(), "--pid-file", pidFile.toString(), id);
      case START, HANGING, SWAPPED -> ground.line("start", id);
      case KILL -> ground.line("kill", id, "KILL");
      case DELETE -> ground.line("delete", id);
      case FORCE -> ground.line("delete", "--force", id);
    };
  }
}
