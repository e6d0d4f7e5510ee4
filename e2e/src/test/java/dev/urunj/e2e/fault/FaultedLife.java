package dev.urunj.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Command;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.io.IOException;
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
  private static final int CALLS_OF_DELETE = 45;

  private final Ground ground;
  private final Fault fault;
  private final Pod pod;
  private final Path files;
  private final List<Command> commands = new ArrayList<>();
  private final List<Body> bodies = new ArrayList<>();
  private final StringBuilder story = new StringBuilder();
  private @Nullable Intruder intruder;
  private @Nullable Volume volume;

  private FaultedLife(Ground ground, Fault fault, Pod pod, Path files) {
    this.ground = ground;
    this.fault = fault;
    this.pod = pod;
    this.files = files;
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
    String role = scene.isStart() ? "monitor" : "urunj";
    Fault none =
        new Fault(
            scene, new Fault.AtCall(role, 0, false), new Fault.Kill("caller"), Fault.Next.DELETE);
    CallCounts counts = live(ground, none, new Recovery(false)).hit().counts();
    return counts.withNetlinkOf(Files.readAllLines(calls(scene)));
  }

  private Outcome run(Recovery recovery) throws IOException {
    boolean scarce =
        fault.blow() instanceof Fault.FullDisk || fault.blow() instanceof Fault.NoInodes;
    ScarceDisk disk = scarce ? ScarceDisk.mountedOn(ground.node()) : null;
    Path report = files.resolve("report");
    Body body;
    int code;
    try (Volume held = Volume.of(fault, ground.node(), files)) {
      volume = held;
      body = before();
      if (disk != null) {
        fill(disk);
      }
      Command command = begin(faulted(body, report), "faulted");
      if (fault.moment() instanceof Fault.AtTime time) {
        Node.pause(time.millis());
        strike(command, body);
      } else if (fault.moment() instanceof Fault.Hung hung && held != null) {
        strikeWhileItHangs(command, body, hung, held);
      }
      code = command.await();
      story.append(Hit.of(fault, report)).append("\n");
      checkWords(code, command.stderr());
    }
    awaitIntruder();
    next(body);
    return new Outcome(fault, Hit.of(fault, report), code, recover(recovery, disk));
  }

  /// What ends the container has done so when the file system still does not answer, and start has
  /// ended too, unless the kernel does not let it. For everything else the file system is taken
  /// away then, so that start goes on.
  private void strikeWhileItHangs(Command command, Body body, Fault.Hung hung, Volume held)
      throws IOException {
    held.awaitHung();
    strike(command, body);
    if (!fault.blow().equals(new Fault.Meanwhile(Fault.Intrusion.START))) {
      awaitIntruder();
    }
    if (fault.blow() instanceof Fault.Meanwhile && fault.ends()) {
      assertThat(containers()).as("containers although it was deleted").isEmpty();
    } else if (fault.blow().equals(new Fault.Meanwhile(Fault.Intrusion.GC))) {
      assertThat(containers().strip()).as("containers after gc").isEqualTo(body.id());
    }
    if (fault.ends() && !hung.taken()) {
      int _ = command.await();
    }
    held.close();
  }

  private void fill(ScarceDisk disk) throws IOException {
    if (fault.blow() instanceof Fault.FullDisk(int pages)) {
      disk.leavePages(pages);
    } else if (fault.blow() instanceof Fault.NoInodes(int left)) {
      disk.leaveInodes(left);
    }
  }

  /// Everything before the faulted command; the container that it is about.
  private Body before() throws IOException {
    Body body = body();
    switch (fault.scene()) {
      case CREATE -> {}
      case START, HANGING, SWAPPED -> create(body);
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
        body.crash();
        return body();
      }
    }
    return body;
  }

  private Body body() throws IOException {
    BundleBuilder bundle =
        BundleBuilder.linuxWeb(pod)
            .annotation("dev.urunj.network.mode", fault.networkMode(bodies.size()));
    if (volume != null && bodies.isEmpty()) {
      volume.addTo(bundle);
    }
    Body body = Body.of(bundle, ground, files);
    bodies.add(body);
    return body;
  }

  private Command begin(List<String> line, String name) throws IOException {
    Command command = Command.begin(ground.node(), files.resolve(commands.size() + name), line);
    commands.add(command);
    return command;
  }

  private void create(Body body) throws IOException {
    Command command = begin(body.line(Scene.CREATE), "create");
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
      String[] role = call.role().split(":", 2);
      line.addAll(List.of("--report", report.toString(), "--role", role[0]));
      if (role.length > 1) {
        line.addAll(List.of("--only", role[1]));
      }
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
    line.addAll(body.line(fault.scene()));
    return line;
  }

  /// Where all calls of a command are listed when they are counted.
  private static Path calls(Scene scene) throws IOException {
    Path run = Target.directory().resolve("calls/" + ProcessHandle.current().pid());
    return Files.createDirectories(run).resolve(scene.word());
  }

  private List<String> blow(Body body) throws IOException {
    return switch (fault.blow()) {
      case Fault.Kill kill -> List.of("--kill", kill.victim());
      case Fault.Refusal refusal -> List.of("--errno", Integer.toString(refusal.errno().number()));
      case Fault.Meanwhile meanwhile -> List.of("--run", intruder(meanwhile, body).script());
      case Fault.FullDisk _, Fault.NoInodes _, Fault.ClockJump _, Fault.Nothing _ -> List.of();
    };
  }

  private Intruder intruder(Fault.Meanwhile meanwhile, Body body) throws IOException {
    Fault.Intrusion intrusion = meanwhile.intrusion();
    Body rival = intrusion == Fault.Intrusion.RIVAL ? body() : body;
    Intruder made = Intruder.of(intrusion, pod, body, rival, files);
    intruder = made;
    return made;
  }

  private void awaitIntruder() throws IOException {
    if (intruder != null) {
      String said = intruder.await();
      story.append("beside it: ").append(said.strip()).append('\n');
      Answer.checkTraces(said);
    }
  }

  private void strike(Command command, Body body) throws IOException {
    switch (fault.blow()) {
      case Fault.Kill kill -> {
        if (!kill.victim().equals("urunj") && fault.scene().hasMonitor()) {
          ProcessHandle.of(body.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
        for (ProcessHandle process : command.processes()) {
          String program = process.info().command().orElse("");
          boolean urunj = kill.victim().equals("urunj") && program.endsWith("/urunj");
          if (kill.victim().equals("all") || urunj) {
            process.destroyForcibly();
          }
        }
      }
      case Fault.Meanwhile meanwhile ->
          begin(List.of("sh", "-c", intruder(meanwhile, body).script()), "intruder").await();
      case Fault.Refusal _,
          Fault.FullDisk _,
          Fault.NoInodes _,
          Fault.ClockJump _,
          Fault.Nothing _ -> {}
    }
  }

  private void checkWords(int code, String stderr) throws IOException {
    story.append(fault.scene().word()).append(" with the fault: ").append(code).append(' ');
    story.append(stderr.strip()).append('\n');
    Answer.check(fault, code, stderr);
  }

  /// What a caller does after it.
  private void next(Body body) throws IOException {
    switch (fault.next()) {
      case REPEAT -> {
        Command again = begin(body.line(fault.scene()), "again");
        int code = again.await();
        story.append("again: ").append(code).append(' ').append(again.stderr()).append('\n');
        Answer.checkTraces(again.stderr());
      }
      case KILL -> Answer.checkTraces(run("kill", body.id(), "KILL").stderr());
      case CUT -> cutDelete(body);
      case DELETE, GC -> {}
    }
  }

  /// Kills a delete at a call that the fault's own words decide, so that it can be repeated.
  private void cutDelete(Body body) throws IOException {
    int call = 1 + Math.floorMod(fault.toString().hashCode(), CALLS_OF_DELETE);
    List<String> line = new ArrayList<>(List.of(Target.compiled("faults").toString()));
    line.addAll(List.of("--call", Integer.toString(call), "--kill", "all", "--"));
    line.addAll(body.line(Scene.FORCE));
    Command cut = begin(line, "cut");
    story.append("delete killed at call ").append(call).append(": ").append(cut.await());
    story.append('\n');
  }

  private Outcome.Way recover(Recovery recovery, @Nullable ScarceDisk disk) throws IOException {
    boolean needed = fault.next() == Fault.Next.GC && recovery.isThere() && isSwept();
    boolean deleted = needed || deleteAll();
    if (disk != null) {
      if (!deleted) {
        disk.makeRoom();
        deleteAll();
      }
      if (!disk.files().isEmpty() && recovery.isThere()) {
        needed = true;
        run(Recovery.words());
      }
      assertThat(disk.files()).as("state on the disk that was full").isEmpty();
      disk.close();
    }
    if (fault.losesPod()) {
      ground.node().sh("ip link del " + pod.nodeLink() + " 2>/dev/null || true");
      ground.node().sh("ip netns del " + pod.name() + " 2>/dev/null || true");
    }
    List<String> problems = ground.problems(cgroups(), commands, LATER);
    if (!problems.isEmpty() && recovery.isThere()) {
      story.append("after delete --force:\n  ").append(String.join("\n  ", problems)).append('\n');
      needed = true;
      run(Recovery.words());
      problems = ground.problems(cgroups(), commands, LATER);
    }
    assertThat(problems).as("what is not as before").isEmpty();
    return needed ? Outcome.Way.GC : Outcome.Way.NATURAL;
  }

  /// Whether `gc --apply` alone leaves no container: it does not touch those who are whole.
  private boolean isSwept() throws IOException {
    Answer.checkTraces(run(Recovery.words()).stderr());
    return containers().isEmpty();
  }

  private String containers() throws IOException {
    return ground.node().sh("ls -A " + Urunj.ROOT + " 2>/dev/null || true");
  }

  private List<String> cgroups() {
    return bodies.stream().map(Body::cgroup).toList();
  }

  /// Newest first, as nothing depends on the order.
  private boolean deleteAll() throws IOException {
    boolean all = true;
    for (Body body : bodies.reversed()) {
      Result result = run("delete", "--force", body.id());
      Answer.checkTraces(result.stderr());
      all &= result.exitCode() == 0;
    }
    return all;
  }
}
