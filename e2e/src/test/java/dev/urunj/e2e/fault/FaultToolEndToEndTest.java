package dev.urunj.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// That `faults.c` does what it says, tried with programs that everybody knows.
@EndToEnd
class FaultToolEndToEndTest {
  @Test
  void callFailsWithoutBeingExecuted() throws Exception {
    try (Node node = Node.start()) {
      Path made = Target.scratch().resolve("made");
      Result result = faulted(node, "mkdir", List.of("--errno", "28"), "mkdir", made.toString());
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.stderr()).contains("No space left on device");
      assertThat(made).doesNotExist();
    }
  }

  @Test
  void processIsKilledBeforeItsCall() throws Exception {
    try (Node node = Node.start()) {
      Path made = Target.scratch().resolve("made");
      Result result = faulted(node, "mkdir", List.of("--kill", "caller"), "mkdir", made.toString());
      assertThat(result.exitCode()).isEqualTo(137);
      assertThat(made).doesNotExist();
    }
  }

  @Test
  void processIsKilledAfterItsCall() throws Exception {
    try (Node node = Node.start()) {
      Path made = Target.scratch().resolve("made");
      List<String> fault = List.of("--after", "--kill", "caller");
      Result result = faulted(node, "mkdir", fault, "mkdir", made.toString());
      assertThat(result.exitCode()).isEqualTo(137);
      assertThat(made).isDirectory();
    }
  }

  @Test
  void netlinkRequestIsRefusedWithoutBeingServed() throws Exception {
    try (Node node = Node.start()) {
      Result result =
          faulted(
              node,
              "netlink",
              List.of("--errno", "16"),
              "ip",
              "link",
              "add",
              "br0",
              "type",
              "bridge");
      assertThat(result.stderr()).contains("RTNETLINK answers: Device or resource busy");
      assertThat(node.sh("ip -br link")).doesNotContain("br0");
      node.assertUntouched();
    }
  }

  @Test
  void somebodyElseActsWhileTheCallerWaits() throws Exception {
    try (Node node = Node.start()) {
      Path made = Target.scratch().resolve("made");
      List<String> fault = List.of("--run", "mkdir " + made);
      Result result = faulted(node, "mkdir", fault, "mkdir", made.toString());
      assertThat(result.stderr()).contains("File exists");
    }
  }

  /// Runs a program once to find its last call of a kind, takes back what it did, and runs it with
  /// a fault at that call.
  private static Result faulted(Node node, String kind, List<String> fault, String... program)
      throws IOException {
    Path scratch = Target.scratch();
    Path trace = scratch.resolve("trace");
    run(node, List.of("--trace", trace.toString()), program).orFail();
    int number = 0;
    for (String line : Files.readAllLines(trace)) {
      String[] words = line.split(" ");
      if (words[3].equals(kind) || (words.length > 4 && words[4].equals(kind))) {
        number = Integer.parseInt(words[1]);
      }
    }
    assertThat(number).as("a call of %s", kind).isPositive();
    node.sh(program[0].equals("ip") ? "ip link del br0" : "rmdir " + program[1]);
    List<String> options = new ArrayList<>(List.of("--role", "other"));
    options.addAll(List.of("--report", scratch.resolve("report").toString()));
    options.addAll(List.of("--call", Integer.toString(number)));
    options.addAll(fault);
    Result result = run(node, options, program);
    assertThat(scratch.resolve("report")).content().startsWith("hit other " + number);
    return result;
  }

  private static Result run(Node node, List<String> options, String... program) throws IOException {
    List<String> line = new ArrayList<>(List.of(Target.compiled("faults").toString()));
    line.addAll(options);
    line.add("--");
    line.addAll(List.of(program));
    return node.run(line.toArray(String[]::new));
  }
}
