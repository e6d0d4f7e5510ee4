package dev.urunj.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.cli.words.Verb;
import dev.urunj.runtime.failure.Failure;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each verb in this JVM, with a caller made by hand: what it prints, and what is to become of the
/// caller's process.
class VerbsTest {
  private static final int OVERHEAD_MIB = 3;
  private static final Path MONITORS_RUNTIME = Path.of("/opt/bin/crun");

  @TempDir Path temp;
  private HandMadeCaller caller;

  @BeforeEach
  void make() throws IOException {
    caller = HandMadeCaller.with(temp);
  }

  @Test
  void eachVerbIsAClassOfItsOwn() throws UsageException {
    Set<Class<?>> classes = new HashSet<>();
    for (Verb verb : Verb.values()) {
      Command command = Verbs.of(Invocation.parse(List.of(verb.word())));
      assertThat(classes.add(command.getClass())).as(verb.word()).isTrue();
      assertThat(command.getClass().getSimpleName()).isEqualToIgnoringCase(verb.word() + "Command");
    }
  }

  @Test
  void versionAndHelpArePrintedOnTheStreamThatIsGiven() throws Exception {
    assertThat(caller.runWhole("--version")).isEqualTo(Outcome.SUCCESS);
    assertThat(caller.out()).startsWith("urunj version ");
    assertThat(caller.run("create", "--help")).isEqualTo(Outcome.SUCCESS);
    assertThat(caller.out()).contains("Usage: urunj");
    assertThat(caller.err()).isEmpty();
  }

  @Test
  void outputThatCannotBeWrittenIsExitCodeOne() throws Exception {
    caller.printingTo(new PrintStream(new FullDevice(), true));
    assertThat(caller.run("version")).isEqualTo(new Outcome.Exit(1));
    assertThat(caller.run("list")).isEqualTo(new Outcome.Exit(1));
    assertThat(caller.run("netns", "list")).isEqualTo(new Outcome.Exit(1));
    assertThat(caller.run("gc")).isEqualTo(new Outcome.Exit(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start c1",
        "state c1",
        "kill c1 TERM",
        "pause c1",
        "resume c1",
        "update --memory 1g c1",
        "ps c1 -ef",
        "events --stats c1",
        "exec -t c1 ls -l",
        "checkpoint c1",
        "restore c1",
        "spec",
        "kill --fly c1"
      })
  void idThatIsNotOursIsTheLowLevelRuntimesWithTheWordsAsTheyCame(String words) throws Exception {
    caller.assertHandedOn(words.split(" "));
  }

  @Test
  void bundleWithoutUnikernelIsTheLowLevelRuntimes() throws Exception {
    bundle("");
    caller.assertHandedOn("create", "--bundle", "bundle", "c1");
    caller.assertHandedOn("run", "--bundle", "bundle", "c1");
    assertThat(caller.root()).doesNotExist();
  }

  @Test
  void bundleIsThatOfTheCallersDirectory() {
    assertThatThrownBy(() -> caller.run("create", "c1"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(temp + "/config.json: does not exist");
  }

  @Test
  void descriptorsOfTheCallerAreCountedForTheLowLevelRuntime() throws Exception {
    bundle("");
    caller.having("LISTEN_FDS=2");
    Outcome.Become program =
        (Outcome.Become) caller.run("create", "--preserve-fds", "3", "-b", "bundle", "c1");
    assertThat(program.descriptors()).isEqualTo(5);
    assertThatThrownBy(() -> caller.run("create", "--preserve-fds", "x", "-b", "bundle", "c1"))
        .isInstanceOf(UsageException.class);
  }

  @Test
  void proxyOfKnativeIsAdaptedBeforeItIsHandedOn() throws Exception {
    bundle(
        ",\"process\":{\"env\":[\"A=1\"]},\"annotations\":{\"io.kubernetes.cri.container-name\":"
            + "\"queue-proxy\"}");
    caller.assertHandedOn("create", "--bundle", "bundle", "c1");
    assertThat(temp.resolve("bundle/config.json")).content().contains("REDIRECT_IP=");
  }

  @Test
  void unikernelThatIsWrongIsOurError() throws Exception {
    bundle(",\"annotations\":{\"com.urunc.unikernel.unikernelType\":\"dos\"}");
    for (String verb : new String[] {"create", "run"}) {
      assertThatThrownBy(() -> caller.run(verb, "--bundle", "bundle", "c1"))
          .isInstanceOf(BadInputException.class);
    }
  }

  @Test
  void unknownFlagOfANewContainerOrOfOneOfOursIsOurError() throws Exception {
    record("c1");
    for (String words : new String[] {"create --fly c2", "run --fly c2", "kill --fly c1"}) {
      assertThatThrownBy(() -> caller.run(words.split(" ")))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("unknown flag");
    }
  }

  @Test
  void stateOfOursIsPrinted() throws Exception {
    record("c1");
    assertThat(caller.run("state", "c1")).isEqualTo(Outcome.SUCCESS);
    JsonObject state = JsonParser.parseString(caller.out()).getAsJsonObject();
    assertThat(state.get("id").getAsString()).isEqualTo("c1");
    assertThat(state.get("status").getAsString()).isEqualTo("creating");
  }

  @Test
  void processesOfOursAreThoseOfTheMonitorInItsOwnRoot() throws Exception {
    record("c1");
    assertThat(((Outcome.Become) caller.run("--log", "l", "ps", "c1", "-ef")).argv())
        .containsExactly(
            "/opt/bin/crun",
            "--root",
            caller.root() + "/c1/runc",
            "--systemd-cgroup",
            "--log",
            "l",
            "ps",
            "c1",
            "-ef");
    assertThat(((Outcome.Become) caller.run("events", "c1")).program()).isEqualTo(MONITORS_RUNTIME);
  }

  @Test
  void containerWithoutMonitorHasNoProcessesToShow() throws Exception {
    begun("c1");
    assertThatThrownBy(() -> caller.run("ps", "c1"))
        .hasMessage("container \"c1\": its create was cut off; delete it");
  }

  @Test
  void memoryOfTheMonitorIsAddedToTheGuestsLimit() throws Exception {
    record("c1");
    assertThat(((Outcome.Become) caller.run("update", "--memory", "1m", "c1")).argv())
        .endsWith("update", "--memory", Long.toString((1 + OVERHEAD_MIB) << 20), "--", "c1");
    assertThatThrownBy(() -> caller.run("update", "--memory", "much", "c1"))
        .isInstanceOf(UsageException.class);
  }

  @Test
  void limitsComeFromTheCallersStandardInputOrDirectory() throws Exception {
    record("c1");
    String file = caller.root() + "/c1/resources.json";
    caller.typing("{\"memory\":{\"limit\":1048576}}");
    assertThat(((Outcome.Become) caller.run("update", "--resources", "-", "c1")).argv())
        .endsWith("update", "--resources", file, "--", "c1");
    assertThat(Path.of(file)).content().contains("4194304");
    Files.writeString(temp.resolve("limits"), "{\"memory\":{\"limit\":2097152}}");
    assertThat(caller.run("update", "-r", "limits", "c1")).isInstanceOf(Outcome.Become.class);
    assertThat(Path.of(file)).content().contains("5242880");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec c1 ls", "checkpoint c1", "restore c1"})
  void whatNeedsAProcessInsideIsRefusedForAGuest(String words) throws Exception {
    record("c1");
    assertThatThrownBy(() -> caller.run(words.split(" ")))
        .hasMessage(
            words.split(" ")[0]
                + ": container \"c1\" is a unikernel: no process of its guest can be reached from"
                + " outside");
  }

  @Test
  void deleteUnderASharedRootIsOursUnlessAnotherHasADirectoryThere() throws Exception {
    assertThatThrownBy(() -> caller.run("delete", "c1"))
        .hasMessage("container \"c1\" does not exist");
    assertThat(caller.run("delete", "--force", "c1")).isEqualTo(Outcome.SUCCESS);
    Files.createDirectories(caller.root().resolve("c2"));
    caller.assertHandedOn("delete", "c2");
  }

  @Test
  void killOfAContainerThatHasNoProcess() throws Exception {
    record("c1");
    assertThatThrownBy(() -> caller.run("kill", "c1", "0")).hasMessage("container not running");
    assertThatThrownBy(() -> caller.run("start", "c1"))
        .hasMessage("cannot start container c1: its create was cut off; delete it");
    assertThatThrownBy(() -> caller.run("pause", "c1")).hasMessageContaining("expected running");
    assertThatThrownBy(() -> caller.run("resume", "c1")).hasMessageContaining("expected paused");
  }

  @Test
  void failuresSayTheirKind() throws Exception {
    record("c1");
    assertKind(FailureKind.UNKNOWN_ID, "delete", "c2");
    assertKind(FailureKind.UNKNOWN_ID, "inspect", "c2");
    assertKind(FailureKind.UNKNOWN_ID, "netns", "remove", "blue");
    assertKind(FailureKind.NOT_RUNNING, "kill", "c1", "0");
    assertKind(FailureKind.WRONG_STATUS, "start", "c1");
    assertKind(FailureKind.WRONG_STATUS, "pause", "c1");
    assertKind(FailureKind.UNSUPPORTED, "exec", "c1", "ls");
    assertKind(FailureKind.BAD_INPUT, "create", "c1");
    assertKind(FailureKind.BAD_INPUT, "state", "a/b");
    assertKind(FailureKind.BAD_INPUT, "list", "x");
  }

  @Test
  void damagedRecordIsNoMistakeOfTheCallers() throws Exception {
    record("c1");
    Path file = caller.root().resolve("c1/urunj.json");
    Files.writeString(file, "garbage");
    for (String verb : List.of("state", "start", "delete", "pause", "resume", "inspect")) {
      assertKind(FailureKind.DAMAGED, verb, "c1");
      assertThatThrownBy(() -> caller.run(verb, "c1")).hasMessageStartingWith(file + ": ");
    }
    assertKind(FailureKind.DAMAGED, "kill", "c1", "TERM");
  }

  private void assertKind(FailureKind kind, String... words) {
    assertThat(Failure.kindOf(Assertions.catchThrowable(() -> caller.run(words))))
        .as(String.join(" ", words))
        .isEqualTo(kind);
  }

  @Test
  void listReadsTheCallersRoot() throws Exception {
    record("c1");
    assertThat(caller.run("list", "-q")).isEqualTo(Outcome.SUCCESS);
    assertThat(caller.out()).isEqualTo("c1\n");
    Files.writeString(caller.root().resolve("c1/urunj.json"), "garbage");
    assertThat(caller.run("list", "-q")).isEqualTo(Outcome.SUCCESS);
    assertThat(caller.out()).isEqualTo("c1\n");
    assertThat(caller.err()).startsWith("urunj: list: ").hasLineCount(1);
  }

  @Test
  void sweepOfAnEmptyRootFindsNothing() throws Exception {
    assertThat(caller.run("gc", "--format", "json")).isEqualTo(Outcome.SUCCESS);
    assertThat(caller.out())
        .isEqualTo("{\"root\":\"" + caller.root() + "\",\"applied\":false,\"findings\":[]}\n");
  }

  @Test
  void namespacesAreThoseOfTheCallersRoot() throws Exception {
    assertThat(caller.run("netns", "list", "--format", "json")).isEqualTo(Outcome.SUCCESS);
    assertThat(caller.out()).isEqualTo("[]\n");
    assertThat(caller.run("netns", "remove", "--force", "blue")).isEqualTo(Outcome.SUCCESS);
    assertThatThrownBy(() -> caller.run("netns", "remove", "blue"))
        .hasMessage("network namespace \"blue\" does not exist");
    assertThatThrownBy(() -> caller.run("netns", "fly")).isInstanceOf(UsageException.class);
    assertThat(caller.run("netns", "verify", "nothing/here")).isEqualTo(new Outcome.Exit(1));
    assertThat(caller.out()).contains(temp + "/nothing/here");
  }

  @Test
  void featuresAreOursWhereTheLowLevelRuntimeSaysNothing() throws Exception {
    assertThat(caller.run("features")).isEqualTo(Outcome.SUCCESS);
    assertThat(caller.out()).contains("dev.urunj.version");
  }

  @Test
  void inspectOfAnUnknownIdFails() {
    assertThatThrownBy(() -> caller.run("inspect", "c1"))
        .hasMessage("container \"c1\" does not exist");
  }

  /// @param more members of the specification, with a comma in front
  private void bundle(String more) throws IOException {
    Files.createDirectories(temp.resolve("bundle/rootfs"));
    Files.writeString(
        temp.resolve("bundle/config.json"), "{\"root\":{\"path\":\"rootfs\"}" + more + "}");
  }

  private void begun(String id) throws IOException {
    claim(ContainerRecord.begun(id, temp, "2026-11-21T05:00:00Z", new JsonObject()));
  }

  private void record(String id) throws IOException {
    claim(
        ContainerRecord.begun(id, temp, "2026-11-21T05:00:00Z", new JsonObject())
            .with(
                new ImageRecord("linux", "", temp, null, List.of()),
                new MonitorRecord(
                    "qemu",
                    "/usr/bin/qemu",
                    new JsonObject(),
                    "tcg",
                    64,
                    OVERHEAD_MIB,
                    1,
                    MONITORS_RUNTIME,
                    true,
                    null,
                    "descriptor",
                    true)));
  }

  private void claim(ContainerRecord record) throws IOException {
    try (StateDirectory.Lock lock = StateDirectory.of(caller.root(), record.id()).claim(record)) {
      assertThat(lock).isNotNull();
    }
  }

  /// As `/dev/full`.
  private static final class FullDevice extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      throw new IOException("No space left on device");
    }
  }
}
