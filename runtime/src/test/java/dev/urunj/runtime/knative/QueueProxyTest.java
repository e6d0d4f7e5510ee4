package dev.urunj.runtime.knative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.runtime.config.Config;
import dev.urunj.runtime.config.ConfigReader;
import dev.urunj.runtime.host.RecordedLog;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueProxyTest {
  private static final String PROBE =
      "SERVING_READINESS_PROBE={\"httpGet\":{\"path\":\"/\",\"port\":8080,\"host\":\"127.0.0.1\","
          + "\"httpHeaders\":[{\"name\":\"host\",\"value\":\"x\"}]},\"successThreshold\":1}";
  private static final String TOLD =
      PROBE.replace("\"host\":\"127.0.0.1\"", "\"host\":\"172.16.1.2\"");

  @TempDir Path directory;
  private final RecordedLog log = new RecordedLog();
  private Path file;
  private String mode = "";
  private String annotations = "";

  @BeforeEach
  void place() {
    file = directory.resolve("config.json");
  }

  @Test
  void probeAndRedirectGetTheGuestsAddress() throws IOException {
    assertThat(adapted("A=1", PROBE, "B=2"))
        .containsExactly("A=1", TOLD, "B=2", "REDIRECT_IP=172.16.1.2");
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void everyHostOfAListOfProbesIsReplaced() throws IOException {
    assertThat(
            adapted(
                "SERVING_READINESS_PROBE=[{\"tcpSocket\":{\"host\":\"127.0.0.1\",\"port\":1}},"
                    + " {\"grpc\":{\"host\" : \"::1\"},\"host\":7}]"))
        .containsExactly(
            "SERVING_READINESS_PROBE=[{\"tcpSocket\":{\"host\":\"172.16.1.2\",\"port\":1}},"
                + " {\"grpc\":{\"host\" : \"172.16.1.2\"},\"host\":7}]",
            "REDIRECT_IP=172.16.1.2");
  }

  @Test
  void emptyEnvironmentGetsTheRedirect() throws IOException {
    assertThat(adapted()).containsExactly("REDIRECT_IP=172.16.1.2");
  }

  @Test
  void redirectToSomebodyElseIsReplaced() throws IOException {
    assertThat(adapted("REDIRECT_IP=10.0.0.1", "A=1"))
        .containsExactly("REDIRECT_IP=172.16.1.2", "A=1");
  }

  @Test
  void secondTimeChangesNothingAndWritesNothing() throws IOException {
    adapted("A=1", PROBE);
    String once = Files.readString(file);
    Object inode = Files.getAttribute(file, "unix:ino");
    adapt();
    assertThat(Files.readString(file)).isEqualTo(once);
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
  }

  @Test
  void everyOtherCharacterOfTheFileStays() throws IOException {
    String before =
        "\n{\t\"ociVersion\" :\"1.0.2\", \"x\":[1.0,1e2,\"\\u003c/\\/ü\"],\r\n"
            + "\"annotations\":{\"io.kubernetes.cri.container-name\":\"queue-proxy\"},"
            + "\"process\":{\"args\":[ ],\"env\":[ \"A=1\" ],\"env2\":[\"REDIRECT_IP=\"]} }\n\n";
    Files.writeString(file, before);
    adapt();
    assertThat(Files.readString(file))
        .isEqualTo(before.replace("\"A=1\"", "\"A=1\",\"REDIRECT_IP=172.16.1.2\""));
  }

  @Test
  void permissionsStayAndNothingIsLeftBeside() throws IOException {
    write("A=1");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Files.writeString(directory.resolve(".config.json.urunj"), "of a command that was killed");
    adapt();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    assertThat(directory.toFile().list()).containsExactly("config.json");
  }

  @Test
  void fileBehindALinkIsChangedAndTheLinkStays() throws IOException {
    Path real = Files.createDirectory(directory.resolve("real")).resolve("c.json");
    write("A=1");
    Files.move(file, real);
    Files.createSymbolicLink(file, real);
    adapt();
    assertThat(file).isSymbolicLink();
    assertThat(Files.readString(real)).contains("REDIRECT_IP=172.16.1.2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "7",
        "\"host\":\"a\"",
        "{\"host\":\"a\"} {}",
        "{\"host\":\"a\",\"host\":\"b\"}",
        "{\"host\":\"\\ud800\"}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
      })
  void brokenProbeIsLeftAloneAndSaid(String probe) throws IOException {
    assertThat(adapted("SERVING_READINESS_PROBE=" + probe))
        .containsExactly("SERVING_READINESS_PROBE=" + probe, "REDIRECT_IP=172.16.1.2");
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains("queue-proxy", "SERVING_READINESS_PROBE")
        .doesNotContain("\n");
  }

  @Test
  void specificationWithoutAnEnvironmentIsLeftAloneAndSaid() throws IOException {
    Files.writeString(file, "{\"process\":{\"env\":{}}}");
    adapt();
    assertThat(Files.readString(file)).isEqualTo("{\"process\":{\"env\":{}}}");
    assertThat(log.warnings()).singleElement().asString().contains("process.env");
  }

  @ParameterizedTest
  @CsvSource({
    "'','',true",
    "auto,'',true",
    "static,'',true",
    "fabric,'',false",
    "redirect,'',false",
    "auto,fabric,false",
    "auto,redirect,false",
    "fabric,static,true",
    "redirect,auto,true"
  })
  void onlyWhereAUsersContainerHasTheStaticNetwork(String node, String pod, boolean changed)
      throws IOException {
    mode = node;
    annotations = pod.isEmpty() ? "" : ",\"dev.urunj.network.mode\":\"" + pod + "\"";
    assertThat(adapted("A=1")).hasSize(changed ? 2 : 1);
  }

  @Test
  void unknownModeIsLeftAloneAndSaid() throws IOException {
    annotations = ",\"dev.urunj.network.mode\":\"flying\"";
    assertThat(adapted("A=1")).containsExactly("A=1");
    assertThat(log.warnings()).singleElement().asString().contains("flying");
  }

  @Test
  void onlyTheProxyIsTheProxy() {
    String key = "io.kubernetes.cri.container-name";
    assertThat(Knative.isProxy(Map.of(key, "queue-proxy"))).isTrue();
    for (String name : new String[] {"user-container", "queue-proxy-2", "Queue-Proxy", ""}) {
      assertThat(Knative.isProxy(Map.of(key, name))).isFalse();
    }
    assertThat(Knative.isProxy(Map.of())).isFalse();
  }

  @Test
  void fileThatCannotBeWrittenIsAnErrorAndStays() throws IOException {
    write("A=1");
    String before = Files.readString(file);
    Files.createDirectory(directory.resolve(".config.json.urunj"));
    assertThatThrownBy(this::adapt).isInstanceOf(IOException.class);
    assertThat(Files.readString(file)).isEqualTo(before);
  }

  private List<String> adapted(String... env) throws IOException {
    write(env);
    adapt();
    JsonArray now =
        Json.read(file, Bundle.CONFIG_LIMIT).getAsJsonObject("process").getAsJsonArray("env");
    return now.asList().stream().map(entry -> entry.getAsString()).toList();
  }

  private void write(String... env) throws IOException {
    JsonObject process = new JsonObject();
    process.add("env", Json.strings(List.of(env)));
    Files.writeString(
        file,
        "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"queue-proxy\""
            + annotations
            + "},\"process\":"
            + process
            + "}");
  }

  private void adapt() throws IOException {
    Path toml = directory.resolveSibling(directory.getFileName() + ".toml");
    Files.writeString(toml, mode.isEmpty() ? "" : "[network]\nmode = \"" + mode + "\"\n");
    Config config;
    try {
      config = new ConfigReader(Map.of("URUNJ_CONFIG_FILE", toml.toString())).read();
    } catch (BadInputException e) {
      throw new AssertionError(e);
    } finally {
      Files.delete(toml);
    }
    QueueProxy.adapt(Bundle.load(directory), config, log);
  }
}
