package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `urunj netns`, and what happens when the kernel gives the number of a dead namespace to another.
@EndToEnd
class NetnsEndToEndTest {
  private static final String PIN = Urunj.ROOT + "/@netns/blue/netns";
  private static final String IMPOSTOR = "impostor";
  private static final int ANOTHER_HAS_IT = 3; // reuse-inode.py
  private static final int TRIES = 8;

  @RegisterExtension final Stage stage = new Stage();
  private Node node;

  @BeforeEach
  void open() throws IOException {
    node = stage.node();
    node.withNamedNamespaces();
  }

  @Test
  void createdNamespaceLivesUntilItIsRemoved() throws IOException {
    assertThat(netns("create", "blue").orFail().strip()).isEqualTo(PIN);
    assertThat(node.sh("nsenter --net=" + PIN + " ip -br link").lines()).hasSize(1);
    assertThat(netns("verify", "blue").orFail())
        .startsWith("blue: ")
        .contains("that was recorded, not the node's own")
        .hasLineCount(1);
    assertThat(netns("verify", PIN).orFail()).isEqualTo(netns("verify", "blue").orFail());
    assertThat(netns("list", "-q").orFail().strip()).isEqualTo("blue");
    assertThat(netns("list").orFail()).containsPattern("blue +pinned ").contains(PIN);
    assertThat(stage.urunj().command("list", "-q").orFail()).as("no container").isEmpty();
    assertThat(netns("remove", "blue").orFail()).isEmpty();
    assertThat(netns("list", "--format", "json").orFail().strip()).isEqualTo("[]");
    stage.urunj().assertNothingLeft();
  }

  @Test
  void pinnedNamespaceOutlivesItsName() throws IOException {
    node.sh("ip netns add pod");
    assertThat(netns("pin", "blue", "/run/netns/pod").orFail().strip()).isEqualTo(PIN);
    assertThat(netns("pin", "blue", "/run/netns/pod").orFail().strip()).isEqualTo(PIN);
    assertThat(netns("verify", "/run/netns/pod").orFail()).contains("recorded as blue");
    node.sh("ip netns del pod");
    JsonObject found = object(netns("verify", "blue", "--format", "json").orFail());
    assertThat(found.get("verdict").getAsString()).isEqualTo("usable");
    assertThat(found.get("asRecorded").getAsBoolean()).isTrue();
    netns("remove", "blue").orFail();
  }

  @Test
  void nodesOwnIsToldAndNeverPinned() throws IOException {
    String own = "/proc/" + node.inside().pid() + "/ns/net";
    assertFails(netns("verify", own), "is the node's own network namespace", "");
    assertFails(netns("pin", "blue", own), "", "is the node's own network namespace");
    JsonObject found = object(netns("verify", own, "--format=json").stdout());
    assertThat(found.get("ofNode").getAsBoolean()).isTrue();
    assertThat(found.get("usable").getAsBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/run/none", "/proc/self/ns/uts", "/run", "/dev/null"})
  void whatIsNoNetworkNamespaceIsTold(String path) throws IOException {
    assertFails(netns("verify", path), path, "");
    assertFails(netns("pin", "blue", path), "", path);
  }

  @Test
  void wrongWordsAreSaidInOneLine() throws IOException {
    netns("create", "blue").orFail();
    assertFails(netns("create", "blue"), "", "exists already");
    netns("remove", "blue").orFail();
    assertFails(netns("remove", "blue"), "", "does not exist");
    netns("remove", "--force", "blue").orFail();
    assertFails(netns("verify", "blue"), "", "does not exist");
    assertFails(netns("create", "a b"), "", "invalid name");
    assertFails(netns("create"), "", "requires exactly 1");
    assertFails(netns("create", "--force", "blue"), "", "unknown flag: --force");
    assertFails(netns("fly"), "", "create, pin, verify, list or remove");
    assertFails(netns("list", "--format", "xml"), "", "invalid format");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 25, 40, 55, 70})
  void createThatWasKilledIsFinishedOrUndoneByTheNext(int millis) throws IOException {
    List<String> line = stage.urunj().line("netns", "create", "blue");
    String command = "timeout -s KILL 0.0" + millis + " " + String.join(" ", line);
    node.run("sh", "-c", command);
    Result again = netns("create", "blue");
    assertThat(again.exitCode() == 0 || again.stderr().contains("exists already"))
        .as(again.stderr())
        .isTrue();
    netns("verify", "blue").orFail();
    netns("remove", "blue").orFail();
    stage.urunj().assertNothingLeft();
  }

  @Test
  void recordOfAnotherBootIsStaleAndRemovedLocally() throws IOException {
    netns("create", "blue").orFail();
    node.sh("umount " + PIN);
    String record = PIN.replace("/blue/netns", "/blue/record.json");
    node.sh("sed -i s/$(cat /proc/sys/kernel/random/boot_id)/0-0/ " + record);
    JsonArray list =
        JsonParser.parseString(netns("list", "--format", "json").orFail()).getAsJsonArray();
    assertThat(list.get(0).getAsJsonObject().get("status").getAsString()).isEqualTo("stale");
    assertFails(netns("verify", "blue"), "another boot", "");
    netns("remove", "blue").orFail();
    stage.urunj().assertNothingLeft();
  }

  @Test
  void namespaceWithTheInodeOfThePinnedOneIsNotTakenForIt() throws IOException {
    String inode = "";
    boolean taken = false;
    for (int tries = 1; !taken; tries++) {
      netns("create", "blue").orFail();
      inode = node.sh("stat -Lc %i " + PIN).strip();
      node.sh("umount " + PIN);
      taken = isTakenByImpostor(inode, PIN, tries);
      if (!taken) {
        netns("remove", "blue").orFail();
      }
    }
    String before = node.snapshotOf(IMPOSTOR);
    assertFails(netns("verify", "blue"), "another network namespace than the one recorded", "");
    assertThat(netns("verify", "blue").stdout()).contains("net:[" + inode + "]");
    netns("remove", "blue").orFail();
    assertThat(node.snapshotOf(IMPOSTOR)).isEqualTo(before);
    node.sh("ip netns del " + IMPOSTOR);
  }

  @Test
  void deleteLeavesANamespaceAloneThatHasTheInodeOfTheContainers() throws IOException {
    for (int tries = 1; ; tries++) {
      Pod pod = stage.pod("pod");
      Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod));
      String pin = Urunj.ROOT + "/" + web.id() + "/netns";
      String inode = node.sh("stat -Lc %i " + pin).strip();
      String tap = pod.taps();
      node.sh("kill -KILL " + web.pid() + "; umount " + pin);
      node.remove(pod);
      if (isTakenByImpostor(inode, pin, tries)) {
        node.sh("ip -n " + IMPOSTOR + " tuntap add " + tap + " mode tap");
        node.sh("tc -n " + IMPOSTOR + " qdisc add dev lo ingress");
        String before = node.snapshotOf(IMPOSTOR);
        web.delete();
        assertThat(node.snapshotOf(IMPOSTOR)).isEqualTo(before);
        stage.urunj().assertNothingLeft();
        node.sh("ip netns del " + IMPOSTOR);
        return;
      }
      web.delete();
    }
  }

  /// Makes a namespace that has the inode of a namespace that is gone, and mounts it where that
  /// one's pin was.
  ///
  /// @param tries how often this was tried, each time with another inode
  /// @return false when another process of the machine has got the inode
  private boolean isTakenByImpostor(String inode, String pin, int tries) throws IOException {
    Result made =
        node.run("python3", Target.python("reuse-inode").toString(), inode, IMPOSTOR, pin);
    if (made.exitCode() == ANOTHER_HAS_IT && tries < TRIES) {
      return false;
    }
    made.orFail();
    return true;
  }

  private Result netns(String... words) throws IOException {
    String[] line = new String[words.length + 1];
    line[0] = "netns";
    System.arraycopy(words, 0, line, 1, words.length);
    return stage.urunj().command(line);
  }

  private static void assertFails(Result result, String onStdout, String onStderr) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout()).contains(onStdout);
    if (onStderr.isEmpty()) {
      assertThat(result.stderr()).isEmpty();
    } else {
      assertThat(result.stdout()).isEmpty();
      assertThat(result.stderr()).contains(onStderr).hasLineCount(1);
    }
  }

  private static JsonObject object(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }
}
