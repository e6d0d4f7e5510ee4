package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Result;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The distribution's command on a [Node], with a root of its own. Closing it ends what the test
/// has left and checks that nothing stays: no process, no state, no control group, and the node and
/// its pods as they were.
public final class Urunj implements AutoCloseable {
  public static final String ROOT = "/run/urunj-e2e";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Node node;
  private final List<Container> containers = new ArrayList<>();
  private final Path launcher;
  private final List<String> environment;
  private final List<String> globalFlags;

  private Urunj(Node node, Path launcher, List<String> environment, List<String> globalFlags) {
    this.node = node;
    this.launcher = launcher;
    this.environment = environment;
    this.globalFlags = globalFlags;
  }

  /// Another distribution on this node.
  ///
  /// @param launcher of that distribution
  /// @param environment `NAME=VALUE`, added to the test's own
  public static Urunj of(Node node, Path launcher, String... environment) {
    return new Urunj(node, launcher, List.of(environment), List.of());
  }

  /// The distribution on this node, called with these flags.
  ///
  /// @param globalFlags besides `--root`, such as `--log FILE --log-format json`
  public static Urunj on(Node node, String... globalFlags) {
    return new Urunj(node, Target.launcher(), List.of("URUNJ_ACCEL=tcg"), List.of(globalFlags));
  }

  public Node node() {
    return node;
  }

  /// The words that run the command, for `node.run` and the like.
  public List<String> line(String... words) {
    List<String> line = new ArrayList<>(List.of("env"));
    line.addAll(environment);
    line.add(launcher.toString());
    line.add("--root");
    line.add(ROOT);
    line.addAll(globalFlags);
    line.addAll(List.of(words));
    return line;
  }

  /// Runs a command to its end. Not for `create`: what it makes keeps the descriptors.
  public Result command(String... words) throws IOException {
    return node.run(line(words).toArray(String[]::new));
  }

  /// Creates a container with an id of its own; it must succeed.
  public Container create(BundleBuilder bundle) throws IOException {
    Container container = tryCreate(Target.unique(), bundle.build());
    assertThat(container.awaitCreate(PATIENCE)).as("create: %s", container.console()).isZero();
    return container;
  }

  /// Runs `create` to its end, however it ends: see [Container#awaitCreate] and
  /// [Container#console].
  public Container tryCreate(String id, Path bundle, String... flags) throws IOException {
    Container container = beginCreate(id, bundle, flags);
    container.awaitCreate(PATIENCE);
    return container;
  }

  /// Begins `create` as a shim does it: a subreaper is its parent, standard input is /dev/null,
  /// outputs are files.
  public Container beginCreate(String id, Path bundle, String... flags) throws IOException {
    Path scratch = Target.scratch();
    List<String> words = new ArrayList<>(List.of("create", "--bundle", bundle.toString()));
    words.add("--pid-file");
    words.add(scratch.resolve("pid").toString());
    words.addAll(List.of(flags));
    words.add(id);
    return reaped(id, bundle, scratch, words);
  }

  /// Begins `run` in the foreground; its status is [Container#awaitCreate].
  public Container beginRun(BundleBuilder builder, String... flags) throws IOException {
    Path bundle = builder.build();
    Path scratch = Target.scratch();
    String id = Target.unique();
    List<String> words = new ArrayList<>(List.of("run", "--bundle", bundle.toString()));
    words.add("--pid-file");
    words.add(scratch.resolve("pid").toString());
    words.addAll(List.of(flags));
    words.add(id);
    return reaped(id, bundle, scratch, words);
  }

  private Container reaped(String id, Path bundle, Path scratch, List<String> words)
      throws IOException {
    List<String> inside = new ArrayList<>();
    inside.add(Target.compiled("reaper").toString());
    inside.add(scratch.resolve("reaped").toString());
    inside.addAll(line(words.toArray(String[]::new)));
    Process reaper =
        new ProcessBuilder(node.inside().enter(inside.toArray(String[]::new)))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(Redirect.to(scratch.resolve("stdout").toFile()))
            .redirectError(Redirect.to(scratch.resolve("stderr").toFile()))
            .start();
    Container container = new Container(this, id, bundle, scratch, reaper);
    containers.add(container);
    return container;
  }

  /// Does not look after a container any more that was deleted.
  ///
  /// @throws AssertionError when a process of it is left
  public void forget(Container container) {
    assertThat(container.isReaped(Duration.ofSeconds(5))).as(container.id()).isTrue();
    containers.remove(container);
  }

  /// Looks for what the containers may have left.
  ///
  /// @throws AssertionError when anything of any container is left: state, mounts, control groups
  public void assertNothingLeft() throws IOException {
    assertThat(node.sh("ls -A " + ROOT + " 2>/dev/null || true")).as("%s", ROOT).isEmpty();
    assertThat(node.sh("grep -F ' " + ROOT + "/' /proc/self/mountinfo || true")).isEmpty();
    String mine = Target.prefix() + "*";
    assertThat(node.sh("find /sys/fs/cgroup -type d -name '" + mine + "' 2>/dev/null || true"))
        .as("control groups")
        .isEmpty();
  }

  @Override
  public void close() throws IOException {
    List<String> failures = new ArrayList<>();
    for (Container container : containers) {
      Result deleted = command("delete", "--force", container.id());
      if (deleted.exitCode() != 0) {
        failures.add("delete --force " + container.id() + ": " + deleted.stderr());
      }
      if (!container.isReaped(Duration.ofSeconds(5))) {
        failures.add("processes of " + container.id() + " are left: " + container.console());
      }
      container.destroy();
    }
    assertThat(failures).isEmpty();
    assertNothingLeft();
    node.assertUntouched();
  }

  /// Whether a file of the machine exists, for processes: `/proc/PID`.
  static boolean isProcess(long pid) {
    return Files.exists(Path.of("/proc/" + pid));
  }
}
