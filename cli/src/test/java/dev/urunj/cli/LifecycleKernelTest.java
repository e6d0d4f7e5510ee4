package dev.urunj.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The life of a container on the real kernel, with stand-ins for the low-level runtime and the
/// monitor: what is ours (record, pin, TAP, redirects, journal) is real.
@Needs(
    root = true,
    programs = {"unshare", "nsenter", "mount", "ip", "tc", "perl"},
    files = "/dev/net/tun")
class LifecycleKernelTest {
  private static final int KILLS = Integer.getInteger("urunj.test.kills", 6);

  @TempDir Path temp;
  private FakeNode node;

  @BeforeEach
  void start() throws IOException {
    node = FakeNode.start(temp);
  }

  @AfterEach
  void end() throws IOException {
    try (FakeNode ending = node) {
      Result _ = ending.urunj("delete", "--force", "c1");
    }
  }

  @Test
  void momentsOfCreateAndStartAppearOnceAndInOrder() throws IOException {
    assertSucceeds(node.create("c1"));
    assertSucceeds(node.urunj("start", "c1"));
    List<String> lines = node.shell("cat " + FakeNode.MOMENTS).lines().toList();
    assertThat(lines).hasSize(19);
    long last = 0;
    for (int order = 0; order < 19; order++) {
      JsonObject line = JsonParser.parseString(lines.get(order)).getAsJsonObject();
      assertThat(line.get("containerID").getAsString()).isEqualTo("c1");
      assertThat(line.get("timestampOrder").getAsInt()).isEqualTo(order);
      assertThat(line.get("time").getAsLong()).isGreaterThanOrEqualTo(last);
      last = line.get("time").getAsLong();
    }
  }

  @Test
  void monitorThatIsKilledLeavesNothingAndEveryCommandCanBeRepeated() throws IOException {
    String before = node.node().snapshot("pod");
    assertSucceeds(node.create("c1"));
    assertThat(status()).isEqualTo("created");
    assertSucceeds(node.urunj("start", "c1"));
    assertThat(status()).isEqualTo("running");
    assertThat(node.shell("ip -n pod -o link")).contains("tap0_urunc");
    node.shell("kill -9 " + state().get("pid").getAsInt());
    assertThat(status()).isEqualTo("stopped");
    assertSucceeds(node.urunj("kill", "c1", "KILL"));
    assertSucceeds(node.urunj("kill", "c1", "KILL"));
    assertThat(node.shell("tc -n pod qdisc show dev eth0")).doesNotContain("ingress", "clsact");
    assertSucceeds(node.urunj("delete", "c1"));
    assertThat(node.urunj("state", "c1").exitCode()).isNotZero();
    assertSucceeds(node.urunj("delete", "--force", "c1"));
    assertThat(node.leftovers()).isEmpty();
    assertThat(node.node().snapshot("pod")).isEqualTo(before);
  }

  @Test
  void runInTheForegroundRecordsHowItsContainerHasEnded() throws Exception {
    Process run = begin("run", "--keep", "--bundle", node.bundle(), "c1");
    for (int i = 0; i < 500 && !list().contains("running"); i++) {
      Thread.sleep(20);
    }
    assertSucceeds(node.urunj("kill", "c1", "TERM"));
    assertThat(run.waitFor(30, TimeUnit.SECONDS)).as("run ends").isTrue();
    assertThat(run.exitValue()).isZero();
    JsonObject annotations = state().getAsJsonObject("annotations");
    assertThat(status()).isEqualTo("stopped");
    assertThat(annotations.get("dev.urunj.exit.status").getAsString()).isEqualTo("0");
    assertThat(annotations.get("dev.urunj.exit.time").getAsString()).endsWith("Z");
    assertThat(list()).contains("\"dev.urunj.exit.status\":\"0\"");
    assertSucceeds(node.urunj("delete", "c1"));
    assertThat(node.leftovers()).isEmpty();
  }

  private String list() throws IOException {
    return node.urunj("list", "--format", "json").orFail();
  }

  @Test
  void idThatIsTakenIsRefusedAndTheOwnerUnharmed() throws IOException {
    assertSucceeds(node.create("c1"));
    Result second = node.create("c1");
    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.stderr()).isEqualTo("urunj: container with id exists: c1\n");
    assertThat(status()).isEqualTo("created");
  }

  @Test
  void secondGuestInAPodIsRefusedAndTheFirstIsNamed() throws IOException {
    assertSucceeds(node.create("c1"));
    Result second = node.create("c2");
    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.stderr())
        .hasLineCount(1)
        .contains("tap0_urunc")
        .contains("it belongs to container c1");
    assertThat(node.shell("ls " + FakeNode.ROOT)).isEqualTo("c1\n");
    assertThat(status()).isEqualTo("created");
  }

  @Test
  void createThatWasCutOffIsUndoneByTheNext() throws IOException {
    node.shell(
        """
        mkdir -p /run/u/c1
        echo '{"schema":1,"id":"c1","status":"creating","bundle":"/b","created":"x",\
        "annotations":{}}' > /run/u/c1/urunj.json
        printf '{"act":"pin"}\\n{"act":"ta' > /run/u/c1/journal
        : > /run/u/c1/netns
        """);
    Result create = node.create("c1");
    assertSucceeds(create);
    assertThat(create.stderr()).contains("undoing a create of c1 that was interrupted");
    assertThat(status()).isEqualTo("created");
  }

  @Test
  void whatNeverBecameAContainerIsRemovedByDeleteAndByCreate() throws IOException {
    String cut =
        "mkdir -p /run/u/@new.c1 /run/u/@old.c1; printf '{\"sch' > /run/u/@new.c1/urunj.json";
    node.shell(cut);
    assertSucceeds(node.urunj("delete", "--force", "c1"));
    assertThat(node.leftovers()).isEmpty();
    node.shell(cut);
    assertSucceeds(node.create("c1"));
    assertThat(node.shell("ls /run/u")).isEqualTo("c1\n");
  }

  @Test
  void directoryWithoutARecordIsSomebodyElses() throws IOException {
    node.shell("mkdir -p /run/u/c1");
    Result create = node.create("c1");
    assertThat(create.exitCode()).isEqualTo(1);
    assertThat(create.stderr()).isEqualTo("urunj: container with id exists: c1\n");
    assertThat(node.leftovers()).isEqualTo("c1\n");
    node.shell("rmdir /run/u/c1");
  }

  @Test
  void damagedJournalIsAnErrorUnlessForced() throws IOException {
    assertSucceeds(node.create("c1"));
    node.shell("echo garbage >> /run/u/c1/journal");
    Result refused = node.urunj("delete", "c1");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.stderr()).hasLineCount(1).contains("/run/u/c1/journal: line ");
    Result forced = node.urunj("delete", "--force", "c1");
    assertSucceeds(forced);
    assertThat(forced.stderr()).hasLineCount(1).contains("/run/u/c1/journal: line ");
    assertThat(node.leftovers()).isEmpty();
  }

  /// Told to delete what it still makes, the low-level runtime would find nothing, and make it
  /// then.
  @Test
  void lowLevelRuntimeThatOutlivesAKilledCreateIsWaitedFor() throws Exception {
    Files.createFile(temp.resolve("slow"));
    Process create = begin("create", "--bundle", node.bundle(), "c1");
    for (int i = 0; i < 500 && !journal().contains("container"); i++) {
      Thread.sleep(10);
    }
    create.destroyForcibly().waitFor();
    assertSucceeds(node.urunj("delete", "--force", "c1"));
    Thread.sleep(1500);
    assertThat(node.leftovers()).isEmpty();
  }

  /// Whatever moment a create is killed at, one forced delete leaves nothing. A run of many:
  /// `-Durunj.test.kills=100`.
  @Test
  void createThatIsKilledAtAnyMomentLeavesNothingAfterAForcedDelete() throws Exception {
    String before = node.node().snapshot("pod");
    long whole = millis(() -> assertSucceeds(node.create("c1")));
    assertSucceeds(node.urunj("delete", "--force", "c1"));
    killAtRandom(whole, false, "create", "--bundle", node.bundle(), "c1");
    assertThat(node.node().snapshot("pod")).isEqualTo(before);
  }

  @Test
  void startThatIsKilledAtAnyMomentLeavesNothingAfterAForcedDelete() throws Exception {
    String before = node.node().snapshot("pod");
    assertSucceeds(node.create("c1"));
    long whole = millis(() -> assertSucceeds(node.urunj("start", "c1")));
    assertSucceeds(node.urunj("delete", "--force", "c1"));
    killAtRandom(whole, true, "start", "c1");
    assertThat(node.node().snapshot("pod")).isEqualTo(before);
  }

  /// A FUSE server that has not even said hello: every look at its file system waits.
  private void mountWhatHangs(String destination) throws IOException {
    node.shell(
        """
        mkdir -p /run/hung; exec 3<>/dev/fuse
        mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0,allow_other hung /run/hung
        sleep 600 </dev/null >/dev/null 2>&1 &
        """);
    Path config = temp.resolve("bundle/config.json");
    String mount =
        "\"mounts\":[{\"destination\":\""
            + destination
            + "\",\"type\":\"bind\",\"source\":\"/run/hung/x\","
            + "\"options\":[\"rbind\"]}],\"linux\":";
    Files.writeString(config, Files.readString(config).replace("\"linux\":", mount));
  }

  private Process beginStartThatHangs() throws Exception {
    Process start =
        new ProcessBuilder(node.commandLine("start", "c1")).redirectErrorStream(true).start();
    Path threads = Path.of("/proc/" + start.pid() + "/task");
    for (int i = 0; i < 3000 && start.isAlive(); i++) {
      try (Stream<Path> all = Files.list(threads)) {
        for (Path thread : all.toList()) {
          if (Files.readString(thread.resolve("comm")).startsWith("files of")) {
            return start;
          }
        }
      } catch (IOException _) {
        // a thread that has just ended
      }
      Thread.sleep(10);
    }
    throw new AssertionError(
        "does not hang: " + new String(start.getInputStream().readAllBytes(), UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "kill c1 KILL, /data",
    "delete --force c1, /data",
    "delete --force c1, /etc/resolv.conf",
    "kill c1 KILL, /etc/hosts",
    "delete --force c1, /dev/shm"
  })
  @Needs(root = true, files = "/dev/fuse")
  void startThatHangsInAFileSystemIsEndedByKillAndByDelete(String by, String destination)
      throws Exception {
    mountWhatHangs(destination);
    String before = node.node().snapshot("pod");
    assertSucceeds(node.create("c1"));
    Process start = beginStartThatHangs();
    assertSucceeds(node.urunj(by.split(" ")));
    assertThat(start.waitFor(30, TimeUnit.SECONDS)).as("start ends").isTrue();
    assertThat(new String(start.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("urunj: container \"c1\": its process died before start\n");
    assertThat(start.exitValue()).isEqualTo(1);
    assertSucceeds(node.urunj("delete", "--force", "c1"));
    assertThat(node.leftovers()).isEmpty();
    assertThat(node.node().snapshot("pod")).isEqualTo(before);
  }

  /// Half a minute long, because that is what is waited for.
  @Test
  @Needs(root = true, files = "/dev/fuse")
  void startThatHangsInAFileSystemEndsByItself() throws Exception {
    mountWhatHangs("/etc/resolv.conf");
    String before = node.node().snapshot("pod");
    assertSucceeds(node.create("c1"));
    Result start = node.urunj("start", "c1");
    assertThat(start.exitCode()).isEqualTo(1);
    assertThat(start.stderr())
        .isEqualTo(
            "urunj: cannot start container c1: mount \"/etc/resolv.conf\": \"/run/hung/x\":"
                + " its file system has not answered for 30000 ms\n");
    assertThat(status()).isEqualTo("stopped");
    assertSucceeds(node.urunj("delete", "c1"));
    assertThat(node.leftovers()).isEmpty();
    assertThat(node.node().snapshot("pod")).isEqualTo(before);
  }

  private void killAtRandom(long millis, boolean created, String... words) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < KILLS; i++) {
      if (created) {
        assertSucceeds(node.create("c1"));
      }
      Process victim = begin(words);
      long delay = random.nextLong(millis / 3, millis + millis / 10);
      boolean _ = victim.waitFor(delay, TimeUnit.MILLISECONDS);
      victim.destroyForcibly().waitFor();
      assertSucceeds(node.urunj("delete", "--force", "c1"));
      assertThat(node.leftovers()).as("seed %d, round %d, %d ms", seed, i, delay).isEmpty();
    }
  }

  private Process begin(String... words) throws IOException {
    return new ProcessBuilder(node.commandLine(words))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private String journal() throws IOException {
    return node.shell("cat /run/u/c1/journal 2>/dev/null || true");
  }

  private interface Step {
    void run() throws IOException;
  }

  private static long millis(Step step) throws IOException {
    long begin = System.nanoTime();
    step.run();
    return (System.nanoTime() - begin) / 1_000_000;
  }

  private JsonObject state() throws IOException {
    return JsonParser.parseString(node.urunj("state", "c1").orFail()).getAsJsonObject();
  }

  private String status() throws IOException {
    return state().get("status").getAsString();
  }

  private static void assertSucceeds(Result result) {
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }
}
