package dev.urunj.e2e;

import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A container's life with one fault in it, and what it takes to bring everything back.
///
/// Up to the command with the fault everything must succeed. That command may end as it likes, but
/// not with a stack trace and not with an unknown status. Then comes what a caller does next, and
/// at the end delete by force.
final class FaultedLife {
  private static final Duration LATER = Duration.ofSeconds(5);
  private static final Duration INTRUDER = Duration.ofSeconds(60);
  private static final int KILLED = 137;
  private static final String HOLD = "; sleep 0.12";

  private final Ground ground;
  private final Fault fault;
  private final Pod pod;
  private final Path files;
  private final List<Command> commands = new ArrayList<>();
  private final List<Body> bodies = new ArrayList<>();
  private final StringBuilder story = new StringBuilder();
  private @Nullable Path intruderEnd;

  private FaultedLife(Ground ground, Fault fault, Pod pod, Path files) {
    this.ground = ground;
    this.fault = fault;
    this.pod = pod;
    this.files = files;
  }

  /// A container that there is or may be.
  private record Body(String id, String cgroup, Path bundle, Path pidFile) {
    long pid() throws IOException {
      return Long.parseLong(Files.readString(pidFile));
    }
  }

  /// Lives the life.
  ///
  /// @throws AssertionError when something went wrong that is no fault's consequence
  static Outcome live(Ground ground, Fault fault, Recovery recovery) throws IOException {
    Pod pod =
        fault.losesPod()
            ? ground.node().passingPod("lost", PodSpec.number(Target.number() % 250))
            : ground.pod();
    FaultedLife life = new FaultedLife(ground, fault, pod, Target.scratch());
    try {
      return life.run(recovery);
    } catch (IOException | RuntimeException | AssertionError e) {
      life.commands.forEach(Command::destroy);
      ground.giveUp(life.cgroups());
      throw new AssertionError(e.getMessage() + "\n" + life.story, e);
    }
  }

  /// Creates, starts and deletes a container, without a fault.
  ///
  /// @throws AssertionError when that does not work, or leaves anything
  static void prove(Ground ground) throws IOException {
    Fault none =
        new Fault(Scene.DELETE, new Fault.AtTime(0), new Fault.ClockJump(0), Fault.Next.DELETE);
    live(ground, none, new Recovery(false));
  }

  /// How many calls a command makes.
  static CallCounts count(Ground ground, Scene scene) throws IOException {
    String role = scene == Scene.START ? "monitor" : "urunj";
    Fault none =
        new Fault(
            scene, new Fault.AtCall(role, 0, false), new Fault.Kill("caller"), Fault.Next.DELETE);
    return live(ground, none, new Recovery(false)).hit().counts();
  }

  private Outcome run(Recovery recovery) throws IOException {
    boolean disk = fault.blow() instanceof Fault.FullDisk || fault.blow() instanceof Fault.NoInodes;
    if (disk) {
      ground.node().sh("mkdir -p " + Urunj.ROOT + "; mount -t tmpfs tmpfs " + Urunj.ROOT);
    }
    Body body = before();
    if (disk) {
      fillDisk();
    }
    Path report = files.resolve("report");
    Command command = begin(faulted(body, report), "faulted");
    if (fault.moment() instanceof Fault.AtTime time) {
      Node.pause(time.millis());
      strike(command, body);
    }
    int code = command.await();
    Hit hit = Hit.of(fault, report);
    story.append(hit).append("\n");
    checkWords(code, command.stderr());
    awaitIntruder();
    next(body);
    return new Outcome(fault, hit, code, recover(recovery, disk));
  }

  /// Everything before the faulted command; the container that it is about.
  private Body before() throws IOException {
    Body body = body();
    switch (fault.scene()) {
      case CREATE -> {}
      case START -> create(body);
      case KILL, FORCE -> {
        create(body);
        verb("start", body);
      }
      case DELETE -> {
        create(body);
        verb("start", body);
        verb("kill", body, "KILL");
      }
      case RESTART -> {
        create(body);
        verb("start", body);
        crash(body);
        return body();
      }
    }
    return body;
  }

  private static void crash(Body body) throws IOException {
    ProcessHandle monitor = ProcessHandle.of(body.pid()).orElseThrow();
    monitor.destroyForcibly();
    while (monitor.isAlive()) {
      Node.pause(5);
    }
  }

  private Body body() throws IOException {
    BundleBuilder builder = BundleBuilder.linuxWeb(pod);
    String id = Target.unique();
    Body body =
        new Body(
            id,
            builder.cgroup().substring(1),
            builder.build(),
            files.resolve("pid-" + bodies.size()));
    bodies.add(body);
    return body;
  }

  private List<String> createLine(Body body) {
    return ground.line(
        "create",
        "--bundle",
        body.bundle().toString(),
        "--pid-file",
        body.pidFile().toString(),
        body.id());
  }

  private List<String> lineOf(Scene scene, Body body) {
    return switch (scene) {
      case CREATE, RESTART -> createLine(body);
      case START -> ground.line("start", body.id());
      case KILL -> ground.line("kill", body.id(), "KILL");
      case DELETE -> ground.line("delete", body.id());
      case FORCE -> ground.line("delete", "--force", body.id());
    };
  }

  private Command begin(List<String> line, String name) throws IOException {
    Command command = Command.begin(ground.node(), files.resolve(commands.size() + name), line);
    commands.add(command);
    return command;
  }

  private void create(Body body) throws IOException {
    Command command = begin(createLine(body), "create");
    int code = command.await();
    if (code != 0) {
      throw new AssertionError("create: exit code " + code + ": " + command.stderr());
    }
  }

  private void verb(String verb, Body body, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(verb, body.id()));
    words.addAll(List.of(more));
    Result result = run(words.toArray(String[]::new));
    if (result.exitCode() != 0) {
      throw new AssertionError(words + ": exit code " + result.exitCode() + ": " + result.stderr());
    }
  }

  /// Runs a command without a fault, whatever it says.
  private Result run(String... words) throws IOException {
    Command command = begin(ground.line(words), words[0]);
    Result result = new Result(command.await(), command.stdout(), command.stderr());
    story.append(String.join(" ", words)).append(": ").append(result.exitCode()).append(' ');
    story.append(result.stderr().strip()).append('\n');
    return result;
  }

  private List<String> faulted(Body body, Path report) throws IOException {
    List<String> line = new ArrayList<>();
    if (fault.blow() instanceof Fault.ClockJump jump) {
      line.add("env");
      line.add("LD_PRELOAD=" + Target.library("jump"));
      line.add("URUNJ_JUMP_SECONDS=" + jump.seconds());
      if (fault.moment() instanceof Fault.AtTime time) {
        line.add("URUNJ_JUMP_AFTER=" + time.millis());
      }
    }
    if (fault.moment() instanceof Fault.AtCall call) {
      line.add(Target.compiled("faults").toString());
      line.addAll(List.of("--report", report.toString(), "--role", call.role()));
      line.addAll(List.of("--call", Integer.toString(call.number())));
      if (call.number() == 0) {
        line.addAll(List.of("--trace", calls(fault.scene()).toString()));
      }
      if (call.after()) {
        line.add("--after");
      }
      if (fault.scene().hasMonitor()) {
        line.addAll(List.of("--monitor", Long.toString(body.pid())));
      }
      line.addAll(blow(body));
      line.add("--");
    }
    line.addAll(lineOf(fault.scene(), body));
    return line;
  }

  /// Where all calls of a command are listed when they are counted.
  private static Path calls(Scene scene) throws IOException {
    return Files.createDirectories(Target.directory().resolve("calls")).resolve(scene.word());
  }

  private List<String> blow(Body body) throws IOException {
    return switch (fault.blow()) {
      case Fault.Kill kill -> List.of("--kill", kill.victim());
      case Fault.Refusal refusal -> List.of("--errno", Integer.toString(refusal.errno().number()));
      case Fault.Meanwhile meanwhile -> List.of("--run", script(meanwhile.intrusion(), body));
      case Fault.FullDisk _, Fault.NoInodes _, Fault.ClockJump _ -> List.of();
    };
  }

  /// What is done beside the faulted command. It is given the time to get in its way, and leaves a
  /// file when it is through.
  private String script(Fault.Intrusion intrusion, Body body) throws IOException {
    Path end = files.resolve("intruder-end");
    String commands =
        switch (intrusion) {
          case NETNS -> "ip netns del " + pod.name();
          case DELETE -> quoted(lineOf(Scene.FORCE, body));
          case END -> quoted(lineOf(Scene.KILL, body)) + ";" + quoted(lineOf(Scene.FORCE, body));
          case START -> quoted(lineOf(Scene.START, body));
          case CREATE -> quoted(createLine(body));
          case RIVAL -> quoted(createLine(body()));
        };
    if (intrusion == Fault.Intrusion.NETNS) {
      return commands;
    }
    intruderEnd = end;
    String log = "'" + files.resolve("intruder") + "'";
    return "{ "
        + commands
        + "; : >'"
        + end
        + "'; } </dev/null >"
        + log
        + " 2>&1 &"
        + HOLD.substring(1);
  }

  private static String quoted(List<String> words) {
    return " '" + String.join("' '", words) + "'";
  }

  private void awaitIntruder() throws IOException {
    Path end = intruderEnd;
    long deadline = System.nanoTime() + INTRUDER.toNanos();
    while (end != null && Files.exists(files.resolve("intruder")) && !Files.exists(end)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the second command hangs");
      }
      Node.pause(10);
    }
    if (end != null && Files.exists(files.resolve("intruder"))) {
      String said = Files.readString(files.resolve("intruder"), StandardCharsets.ISO_8859_1);
      story.append("beside it: ").append(said.strip()).append('\n');
      checkTraces(said);
    }
  }

  private void strike(Command command, Body body) throws IOException {
    switch (fault.blow()) {
      case Fault.Kill kill -> {
        List<ProcessHandle> all = new ArrayList<>(command.processes());
        if (kill.victim().equals("all") && fault.scene().hasMonitor()) {
          ProcessHandle.of(body.pid()).ifPresent(all::add);
        }
        for (ProcessHandle process : all) {
          String program = process.info().command().orElse("");
          if (kill.victim().equals("all") || program.endsWith("/java")) {
            process.destroyForcibly();
          }
        }
      }
      case Fault.Meanwhile meanwhile ->
          begin(List.of("sh", "-c", script(meanwhile.intrusion(), body)), "intruder-shell");
      case Fault.Refusal _, Fault.FullDisk _, Fault.NoInodes _, Fault.ClockJump _ -> {}
    }
  }

  private void checkWords(int code, String stderr) throws IOException {
    story.append(fault.scene().word()).append(" with the fault: ").append(code).append(' ');
    story.append(stderr.strip()).append('\n');
    boolean known =
        code == 0 || code == 1 || (code == KILLED && fault.blow() instanceof Fault.Kill);
    if (!known) {
      throw new AssertionError("exit code " + code + ": " + stderr);
    }
    checkTraces(stderr);
  }

  private static void checkTraces(String said) {
    if (said.contains("\tat ") || said.contains("Exception in thread")) {
      throw new AssertionError("a stack trace: " + said);
    }
  }

  /// What a caller does after it.
  private void next(Body body) throws IOException {
    switch (fault.next()) {
      case REPEAT -> {
        Command again = begin(lineOf(fault.scene(), body), "again");
        int code = again.await();
        story.append("again: ").append(code).append(' ').append(again.stderr()).append('\n');
        checkTraces(again.stderr());
      }
      case KILL -> checkTraces(run("kill", body.id(), "KILL").stderr());
      case DELETE -> {}
    }
  }

  private Outcome.Way recover(Recovery recovery, boolean disk) throws IOException {
    boolean deleted = deleteAll();
    if (disk) {
      if (!deleted) {
        ground.node().sh("mount -o remount,size=50%,nr_inodes=0 " + Urunj.ROOT);
        deleteAll();
      }
      List<String> left = stateLeft();
      if (!left.isEmpty()) {
        story.append("left on the full disk: ").append(left).append('\n');
      }
      if (recovery.isThere()) {
        run(recovery.words());
      }
      ground.node().sh("umount " + Urunj.ROOT);
    }
    if (fault.losesPod()) {
      ground
          .node()
          .sh(
              "ip link del "
                  + pod.nodeLink()
                  + " 2>/dev/null || true; ip netns del lost 2>/dev/null || true");
    }
    List<String> problems = ground.problems(cgroups(), commands, LATER);
    if (problems.isEmpty()) {
      return Outcome.Way.NATURAL;
    }
    story.append("after delete --force:\n  ").append(String.join("\n  ", problems)).append('\n');
    if (recovery.isThere()) {
      run(recovery.words());
      problems = ground.problems(cgroups(), commands, LATER);
      if (problems.isEmpty()) {
        return Outcome.Way.GC;
      }
      story.append("after gc:\n  ").append(String.join("\n  ", problems)).append('\n');
    }
    throw new AssertionError("something is not as before");
  }

  private List<String> cgroups() {
    return bodies.stream().map(Body::cgroup).toList();
  }

  private List<String> stateLeft() throws IOException {
    return ground.node().sh("ls -A " + Urunj.ROOT).lines().toList();
  }

  /// Newest first, as nothing depends on the order.
  private boolean deleteAll() throws IOException {
    boolean all = true;
    for (Body body : bodies.reversed()) {
      Result result = run("delete", "--force", body.id());
      checkTraces(result.stderr());
      all &= result.exitCode() == 0;
    }
    return all;
  }

  private void fillDisk() throws IOException {
    String stat = "$(stat -f -c '%s' " + Urunj.ROOT + ")";
    String option =
        switch (fault.blow()) {
          case Fault.FullDisk disk ->
              "size=$(( ($(stat -f -c '%b - %f' "
                  + Urunj.ROOT
                  + ") + "
                  + disk.pages()
                  + ") * "
                  + stat
                  + " ))";
          case Fault.NoInodes inodes ->
              "nr_inodes=$(( $(stat -f -c '%c - %d' " + Urunj.ROOT + ") + " + inodes.left() + " ))";
          default -> throw new IllegalStateException(fault.toString());
        };
    ground.node().sh("mount -o remount," + option + " " + Urunj.ROOT);
  }
}
