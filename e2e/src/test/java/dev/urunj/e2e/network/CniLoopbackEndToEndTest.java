package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The plugin as CNI's callers use it, and what it does with the paths that set a node's own
/// loopback interface down. [Stage] compares the node with what it was before.
@Needs(
    root = true,
    programs = {"unshare", "nsenter", "mount", "ip", "tc", "mkfifo"},
    files = "/usr/lib/cni/loopback")
class CniLoopbackEndToEndTest {
  private static final String LATEST = Cni.configuration("1.1.0");

  @RegisterExtension final Stage stage = new Stage();
  private Node node;
  private Cni cni;

  @BeforeEach
  void open() throws IOException {
    node = stage.node();
    node.withNamedNamespaces();
    cni = Cni.ours(node);
  }

  @Test
  void debiansPluginSetsTheNodesLoopbackDownByAReusedProcessId() throws IOException {
    assertThat(isUp("/proc/self/ns/net")).isTrue();
    Result deleted = Cni.debians(node).call("DEL", "c1", ofNode(), Cni.configuration("1.0.0"));
    assertThat(deleted.exitCode()).isZero();
    assertThat(isUp("/proc/self/ns/net")).as("the node's lo").isFalse();
    node.sh("ip link set lo up");
    node.remember();
  }

  @Test
  void oursLeavesTheNodeAsItWas() throws IOException {
    succeeds("DEL", "c1", ofNode());
    node.assertUntouched();
    Pod pod = stage.pod("pod");
    succeeds("ADD", "c1", pod.path());
    succeeds("DEL", "c1", ofNode());
    node.assertUntouched();
  }

  @Test
  void addRefusesTheNodesOwnBeforeAnyWrite() throws IOException {
    node.sh("ip link set lo down");
    node.remember();
    for (String override : List.of("", "CNI_NETNS_OVERRIDE=true")) {
      Result added =
          cni.run(
              LATEST,
              "CNI_COMMAND=ADD",
              "CNI_CONTAINERID=c1",
              "CNI_NETNS=" + ofNode(),
              "CNI_IFNAME=lo",
              override.isEmpty() ? "A=B" : override);
      assertError(added, 4, "CNI_NETNS");
      assertThat(added.stdout()).contains("is the node's own network namespace");
    }
    assertNoRecords();
    node.assertUntouched();
  }

  @Test
  void deleteWithAnyOtherPathSucceedsAndTouchesNothing() throws IOException {
    Pod pod = stage.pod("pod");
    Pod other = stage.pod("other");
    node.sh("mkfifo /run/fifo; ln -s loop /run/loop; echo x >/run/file");
    for (String path :
        List.of(
            ofNode(),
            other.path(),
            "/run/netns/gone",
            "/proc/4194304/ns/net",
            "",
            "relative",
            "/run/file",
            "/run",
            "/proc/" + node.inside().pid() + "/ns/uts",
            "/proc/" + node.inside().pid() + "/ns/mnt",
            "/run/fifo",
            "/run/loop")) {
      succeeds("ADD", "c1", pod.path());
      assertThat(succeeds("DEL", "c1", path)).as("DEL %s", path).isEmpty();
      assertNoRecords();
    }
    succeeds("DEL", "c1", pod.path()); // without a record by now
    node.assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.3.1", "0.4.0", "1.0.0", "1.1.0"})
  void lifeOfAnAttachment(String version) throws IOException {
    String path = bare();
    JsonObject result = object(ours("ADD", version, path).orFail());
    assertThat(result.get("cniVersion").getAsString()).isEqualTo(version);
    assertThat(isUp(path)).isTrue();
    JsonObject loopback = result.getAsJsonArray("interfaces").get(0).getAsJsonObject();
    assertThat(loopback.get("name").getAsString()).isEqualTo("lo");
    assertThat(loopback.get("sandbox").getAsString()).isEqualTo(path);
    assertThat(addresses(result)).containsExactly("127.0.0.1/8", "::1/128");
    if (version.equals("0.3.1")) {
      assertError(ours("CHECK", version, path), 1, "CHECK");
    } else {
      assertThat(ours("CHECK", version, path).orFail()).isEmpty();
    }
    assertThat(ours("DEL", version, path).orFail()).isEmpty();
    assertThat(isUp(path)).isFalse();
    assertThat(ours("DEL", version, path).orFail()).isEmpty();
    assertNoRecords();
    node.sh("ip netns del bare");
  }

  @Test
  void resultIsThatOfDebiansPlugin() throws IOException {
    String path = bare();
    String configuration = Cni.configuration("1.0.0");
    JsonObject theirs = object(Cni.debians(node).call("ADD", "c1", path, configuration).orFail());
    assertThat(object(cni.call("ADD", "c1", path, configuration).orFail())).isEqualTo(theirs);
    node.sh("ip netns del bare");
  }

  @Test
  void resultOfThePluginBeforeIsPassedOn() throws IOException {
    String path = bare();
    String previous =
        "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"eth0\"}],"
            + "\"ips\":[{\"address\":\"10.0.0.2/24\",\"interface\":0}],\"dns\":{}}";
    String configuration = Cni.configuration("1.0.0", ",\"prevResult\":" + previous);
    assertThat(object(cni.call("ADD", "c1", path, configuration).orFail()))
        .isEqualTo(object(previous));
    assertThat(cni.call("CHECK", "c1", path, configuration).orFail()).isEmpty();
    assertThat(isUp(path)).isTrue();
    node.sh("ip netns del bare");
  }

  @Test
  void checkSeesALoopbackThatIsDownAndANamespaceThatIsAnother() throws IOException {
    Pod other = stage.pod("other");
    String path = bare();
    succeeds("ADD", "c1", path);
    assertError(cni.call("CHECK", "c1", other.path(), LATEST), 100, "another");
    node.sh("ip -n bare link set lo down");
    assertError(cni.call("CHECK", "c1", path, LATEST), 100, "down");
    node.sh("ip netns del bare");
    assertError(cni.call("CHECK", "c1", path, LATEST), 4, "CNI_NETNS");
  }

  @Test
  void collectionKeepsWhatIsValid() throws IOException {
    String path = bare();
    succeeds("ADD", "c1", path);
    succeeds("ADD", "c2", path);
    String valid = ",\"cni.dev/valid-attachments\":[{\"containerID\":\"c1\",\"ifname\":\"lo\"}]";
    Result collected =
        cni.run(Cni.configuration("1.1.0", valid), "CNI_COMMAND=GC", "CNI_PATH=/opt/cni/bin");
    assertThat(collected.orFail()).isEmpty();
    assertThat(node.sh("ls /run/urunj/@cni").strip()).isEqualTo("c1@lo");
    succeeds("DEL", "c2", path);
    assertThat(isUp(path)).as("c2 is no longer known").isTrue();
    succeeds("DEL", "c1", path);
    assertThat(isUp(path)).isFalse();
    assertNoRecords();
    assertError(cni.run(LATEST, "CNI_COMMAND=GC"), 7, "valid-attachments");
    node.sh("ip netns del bare");
  }

  @Test
  void versionAndStatusAreAnswered() throws IOException {
    JsonObject version =
        object(cni.run("{\"cniVersion\":\"1.0.0\"}", "CNI_COMMAND=VERSION").orFail());
    assertThat(version.get("cniVersion").getAsString()).isEqualTo("1.0.0");
    assertThat(version.getAsJsonArray("supportedVersions").toString())
        .isEqualTo("[\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]");
    assertThat(cni.run(LATEST, "CNI_COMMAND=STATUS").orFail()).isEmpty();
    assertError(cni.run(Cni.configuration("1.0.0"), "CNI_COMMAND=STATUS"), 1, "STATUS");
  }

  @Test
  void whatIsWrongIsSaidInOneObject() throws IOException {
    String path = "/run/netns/none";
    assertError(cni.run(""), 4, "CNI_COMMAND");
    assertError(cni.run(LATEST, "CNI_COMMAND=FLY"), 4, "CNI_COMMAND");
    assertError(cni.run(LATEST, "CNI_COMMAND=ADD"), 4, "CNI_CONTAINERID");
    assertError(cni.call("ADD", "../x", path, LATEST), 4, "CNI_CONTAINERID");
    assertError(cni.call("ADD", "c1", path, LATEST), 4, "CNI_NETNS");
    assertError(cni.call("ADD", "c1", path, "{"), 6, "network configuration");
    assertError(cni.call("ADD", "c1", path, "[]"), 6, "network configuration");
    assertError(cni.call("ADD", "c1", path, "{\"cniVersion\":\"1.1.0\"}"), 7, "name");
    assertError(cni.call("ADD", "c1", path, Cni.configuration("2.0.0")), 1, "incompatible");
    assertError(cni.call("ADD", "c1", path, "{\"name\":\"net\"}"), 1, "incompatible");
  }

  private String succeeds(String command, String container, String path) throws IOException {
    Result result = cni.call(command, container, path, LATEST);
    assertThat(result.stderr()).isEmpty();
    return result.orFail();
  }

  private Result ours(String command, String version, String path) throws IOException {
    Result result = cni.call(command, "c1", path, Cni.configuration(version));
    assertThat(result.stderr()).isEmpty();
    return result;
  }

  /// A namespace as CNI's callers make it: nothing is up in it.
  private String bare() throws IOException {
    node.sh("ip netns add bare");
    return "/run/netns/bare";
  }

  /// A process of the node, as a pod's may have become by reuse of its id.
  private String ofNode() {
    return "/proc/" + node.inside().pid() + "/ns/net";
  }

  private boolean isUp(String path) throws IOException {
    return node.sh("nsenter --net=" + path + " ip link show lo").contains("UP");
  }

  private void assertNoRecords() throws IOException {
    assertThat(node.sh("ls -A /run/urunj 2>/dev/null || true")).isEmpty();
  }

  private static void assertError(Result result, int code, String part) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr()).isEmpty();
    JsonObject error = object(result.stdout());
    assertThat(error.get("code").getAsInt()).as(result.stdout()).isEqualTo(code);
    assertThat(error.get("msg").getAsString()).contains(part).doesNotContain("\n");
    assertThat(error.get("cniVersion").getAsString()).isNotEmpty();
  }

  private static List<String> addresses(JsonObject result) {
    List<String> addresses = new ArrayList<>();
    for (JsonElement one : result.getAsJsonArray("ips")) {
      addresses.add(one.getAsJsonObject().get("address").getAsString());
    }
    return addresses;
  }

  private static JsonObject object(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }
}
