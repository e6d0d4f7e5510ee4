package dev.urunj.e2e.toy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Command;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// SIGKILL in the life of a monitor that opens its TAP by its name: at each line of the journal and
/// each call of the TAP, before and after it, and at a part of all other calls. Afterwards delete
/// by force leaves nothing, above all no persistent TAP.
@EndToEnd
class ToyFaultsEndToEndTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int MOST = 40;
  private static ToyDistribution distribution;

  private Node node;
  private Urunj urunj;
  private Pod pod;
  private final List<Command> commands = new ArrayList<>();

  @BeforeAll
  static void makeDistribution() throws IOException {
    distribution = ToyDistribution.make();
  }

  @BeforeEach
  void open() throws IOException {
    node = Node.start();
    urunj = Urunj.of(node, distribution.launcher(), ToyDistribution.path());
    pod = node.pod("pod");
  }

  @AfterEach
  void close() throws IOException {
    commands.forEach(Command::destroy);
    try (Node _ = node) {
      urunj.close();
    }
  }

  /// @param verb which is cut off
  /// @param role whose calls are counted
  /// @param only those with this text
  /// @param step one of how many is hit
  /// @param victim gets the signal
  @ParameterizedTest
  @CsvSource({
    "create, urunj, journal, 1, caller",
    "create, urunj, ioctl, 1, caller",
    "create, urunj, ioctl, 1, all",
    "create, runtime, '', 19, runtime",
    "create, runtime, '', 23, all",
    "start, urunj, journal, 2, caller",
    "start, urunj, ioctl, 1, caller",
    "start, urunj, ioctl, 1, monitor",
    "start, urunj, ioctl, 1, all",
    "start, monitor, ioctl, 1, monitor",
    "start, urunj, '', 7, all",
    "start, runtime, '', 9, runtime",
    "kill, urunj, '', 3, caller",
    "kill, urunj, '', 4, all",
    "delete, urunj, '', 5, caller",
    "delete, urunj, '', 6, all"
  })
  void nothingIsLeftOfALifeThatWasCutOff(
      String verb, String role, String only, int step, String victim) throws IOException {
    int lives = 0;
    for (int call = 1; call / step < MOST; call += step) {
      boolean came = live(verb, role, only, call, victim, false);
      if (!came) {
        break;
      }
      live(verb, role, only, call, victim, true);
      lives++;
    }
    assertThat(lives).as("lives that were cut off").isPositive();
  }

  private boolean live(
      String verb, String role, String only, int call, String victim, boolean after)
      throws IOException {
    String id = Target.unique();
    Path bundle = ToyBundle.of(pod, "toy").build();
    Path report = Target.scratch().resolve("report");
    String life = String.join(" ", verb, role, only, Integer.toString(call), victim, "" + after);
    for (String before : new String[] {"create", "start", "kill"}) {
      if (before.equals(verb)) {
        break;
      }
      assertThat(run(line(before, id, bundle))).as("%s before %s", before, life).isZero();
    }
    List<String> line = new ArrayList<>(List.of(Target.compiled("faults").toString()));
    line.addAll(List.of("--report", report.toString(), "--role", role));
    line.addAll(List.of("--call", Integer.toString(call), "--kill", victim));
    if (!only.isEmpty()) {
      line.addAll(List.of("--only", only));
    }
    if (after) {
      line.add("--after");
    }
    if (verb.equals("start") || verb.equals("kill")) {
      line.addAll(List.of("--monitor", Files.readString(bundle.resolve("pid"))));
    }
    line.add("--");
    line.addAll(line(verb, id, bundle));
    assertThat(run(line)).as(life).isIn(0, 1, 137);
    boolean came = Files.readString(report).contains("hit ");
    String where = life + ": " + Files.readString(report).strip();
    assertThat(run(urunj.line("delete", "--force", id))).as(where).isZero();
    for (Command command : commands) {
      assertThat(command.isReaped(SOON)).as("processes are left: %s", where).isTrue();
    }
    commands.clear();
    assertThat(pod.taps()).as(where).isEmpty();
    pod.assertUntouched();
    urunj.assertNothingLeft();
    return came;
  }

  private List<String> line(String verb, String id, Path bundle) {
    return switch (verb) {
      case "create" ->
          urunj.line("create", "--bundle", bundle.toString(), "--pid-file", bundle + "/pid", id);
      case "kill" -> urunj.line("kill", id, "KILL");
      default -> urunj.line(verb, id);
    };
  }

  private int run(List<String> line) throws IOException {
    Command command = Command.begin(node, Target.scratch(), line);
    commands.add(command);
    return command.await();
  }
}
