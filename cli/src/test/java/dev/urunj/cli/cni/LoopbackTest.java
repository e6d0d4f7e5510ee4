package dev.urunj.cli.cni;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.runtime.netns.NamespaceGuard;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What can be answered without a namespace.
class LoopbackTest {
  @TempDir Path root;
  private final StringBuilder answer = new StringBuilder();

  @ParameterizedTest
  @CsvSource({
    "{\"cniVersion\":\"0.4.0\"},0.4.0",
    "{\"cniVersion\":\"9.9.9\"},9.9.9",
    "{},0.1.0",
    "'',1.1.0",
    "{,1.1.0"
  })
  void versionIsAnsweredWhateverIsAsked(String input, String version) {
    assertThat(run(Map.of("CNI_COMMAND", "VERSION"), input)).isZero();
    assertThat(object().get("cniVersion").getAsString()).isEqualTo(version);
    assertThat(object().getAsJsonArray("supportedVersions")).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "../x", "-a", ".a", "a b", "a@b", "ä"})
  void containerIdThatCniDoesNotKnowIsRefused(String id) {
    Map<String, String> environment = environment("DEL");
    environment.put("CNI_CONTAINERID", id);
    assertFails(environment, configuration("1.0.0"), 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "a:b", "a b", "0123456789abcdef", "a\u007fb"})
  void nameThatNoInterfaceCanHaveIsRefused(String name) {
    Map<String, String> environment = environment("DEL");
    environment.put("CNI_IFNAME", name);
    assertFails(environment, configuration("1.0.0"), 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.2.0", "1.2.0", "", "x"})
  void unknownVersionIsRefused(String version) {
    assertFails(environment("ADD"), configuration(version), 1);
  }

  @ParameterizedTest
  @CsvSource({"CHECK,0.3.1", "GC,1.0.0", "STATUS,1.0.0"})
  void commandIsUnknownToOlderVersions(String command, String version) {
    assertFails(environment(command), configuration(version), 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/nowhere", "relative", "/"})
  void deleteWithoutARecordSucceeds(String path) {
    Map<String, String> environment = environment("DEL");
    environment.put("CNI_NETNS", path);
    assertThat(run(environment, configuration("1.1.0"))).isZero();
    assertThat(answer).isEmpty();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void deleteNeedsNoNameOfANetworkAndNoPath() {
    Map<String, String> environment = environment("DEL");
    environment.remove("CNI_NETNS");
    String input = "{\"cniVersion\":\"1.1.0\",\"root\":\"" + root + "\"}";
    assertThat(run(environment, input)).isZero();
  }

  @Test
  void rootMustBeAnAbsolutePath() {
    String input = "{\"cniVersion\":\"1.1.0\",\"name\":\"n\",\"root\":\"x\"}";
    assertFails(environment("DEL"), input, 7);
  }

  @Test
  void resultBeforeMustBeAnObject() {
    String input = "{\"cniVersion\":\"1.1.0\",\"name\":\"n\",\"prevResult\":[]}";
    assertFails(environment("ADD"), input, 7);
  }

  @Test
  void textOfOthersStaysInItsLine() {
    Map<String, String> environment = environment("ADD");
    environment.put("CNI_IFNAME", "a\n\"b");
    assertFails(environment, configuration("1.1.0"), 4);
    assertThat(object().get("msg").getAsString()).doesNotContain("\n");
  }

  private Map<String, String> environment(String command) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CNI_COMMAND", command);
    environment.put("CNI_CONTAINERID", "c1");
    environment.put("CNI_NETNS", "/run/netns/none");
    environment.put("CNI_IFNAME", "lo");
    return environment;
  }

  private String configuration(String version) {
    return "{\"cniVersion\":\"" + version + "\",\"name\":\"net\",\"root\":\"" + root + "\"}";
  }

  private void assertFails(Map<String, String> environment, String input, int code) {
    assertThat(run(environment, input)).isEqualTo(1);
    assertThat(object().get("code").getAsInt()).as("%s", answer).isEqualTo(code);
  }

  private int run(Map<String, String> environment, String input) {
    answer.setLength(0);
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    return Loopback.run(
        environment,
        new NamespaceGuard(Path.of("/proc/self")),
        new ByteArrayInputStream(bytes),
        answer);
  }

  private JsonObject object() {
    return JsonParser.parseString(answer.toString()).getAsJsonObject();
  }
}
