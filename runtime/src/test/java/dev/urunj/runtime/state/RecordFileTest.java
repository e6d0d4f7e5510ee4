package dev.urunj.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.AliasNets;
import dev.urunj.runtime.network.DeclaredPorts;
import dev.urunj.runtime.oci.Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFileTest {
  @TempDir Path root;
  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectory(root.resolve("c1"));
  }

  static ContainerRecord full() {
    JsonObject annotations = new JsonObject();
    annotations.addProperty("a", "b \"c\" \n <d>");
    return ContainerRecord.begun("c1", Path.of("/b"), "2026-11-21T05:00:00.000000001Z", annotations)
        .with(Status.RUNNING)
        .with(new ProcessIdentity(4711, 1L << 40, "boot"))
        .with(
            new ImageRecord(
                "linux", "6.1", Path.of("/k"), Path.of("/i"), List.of("a b", "", "'\"\\")),
            new MonitorRecord(
                "qemu",
                "/q",
                own(),
                "tcg",
                128,
                33,
                2,
                Path.of("/runc"),
                true,
                "crun refused",
                "name",
                false))
        .with(
            new NetworkRecord(
                "/run/netns/x",
                new NetworkNamespaceIdentity(4, 4026532000L, 77),
                "boot",
                "tap0_urunc",
                "eth0",
                null,
                new WiringRecord(
                    NetworkMode.AUTO,
                    true,
                    new DeclaredPorts(
                        List.of(
                            new DeclaredPorts.Range(false, 80, 80),
                            new DeclaredPorts.Range(true, 8000, 8010))),
                    new AliasNets(
                        List.of(
                            InetAddress.ofLiteral("10.9.9.0"), InetAddress.ofLiteral("fd00:99::"))),
                    NetworkMode.FABRIC,
                    "169.254.223.1",
                    null,
                    null)))
        .withTimestamps(Path.of("/var/log/t.json"));
  }

  private static JsonObject own() {
    JsonObject own = new JsonObject();
    own.addProperty("firmware", "/d");
    return own;
  }

  @Test
  void recordOfAVersionThatKnewOneMonitorIsRead() throws IOException {
    RecordFile.write(directory, full());
    Path file = directory.resolve(RecordFile.NAME);
    String before =
        Files.readString(file)
            .replace(
                ",\"tap\":\"name\",\"controlSocket\":false,\"own\":{\"firmware\":\"/d\"}",
                ",\"dataDirectories\":[\"/usr/share/qemu\"]");
    assertThat(before).contains("dataDirectories").doesNotContain("controlSocket");
    Files.writeString(file, before);
    MonitorRecord monitor =
        Objects.requireNonNull(Objects.requireNonNull(RecordFile.read(directory)).monitor());
    assertThat(monitor.tap()).isEqualTo("descriptor");
    assertThat(monitor.hasControlSocket()).isTrue();
    assertThat(monitor.own().get("dataDirectories").toString()).isEqualTo("[\"/usr/share/qemu\"]");
  }

  @Test
  void recordOfAVersionThatKnewTheRedirectAloneIsRead() throws IOException {
    RecordFile.write(directory, full());
    Path file = directory.resolve(RecordFile.NAME);
    Files.writeString(file, Files.readString(file).replaceFirst(",\"wiring\":\\{[^}]*\\}", ""));
    ContainerRecord read = Objects.requireNonNull(RecordFile.read(directory));
    assertThat(Objects.requireNonNull(read.network()).wiring())
        .isEqualTo(WiringRecord.wanted(NetworkMode.REDIRECT, false));
  }

  @Test
  void recordOfAVersionThatKnewNoStaticNetworkIsRead() throws IOException {
    RecordFile.write(directory, full());
    Path file = directory.resolve(RecordFile.NAME);
    String text = Files.readString(file);
    assertThat(text).contains(",\"guest\":null}");
    Files.writeString(file, text.replace(",\"guest\":null}", "}"));
    assertThat(RecordFile.read(directory)).isEqualTo(full());
  }

  @Test
  void portsAndNetsAreOnDiskAsTheirUsersWriteThem() throws IOException {
    RecordFile.write(directory, full());
    assertThat(Files.readString(directory.resolve(RecordFile.NAME)))
        .contains(
            ",\"wiring\":{\"wanted\":\"auto\",\"localhost\":true,"
                + "\"ports\":\"80/tcp,8000-8010/udp\","
                + "\"aliasNets\":\"10.9.9.0/24 fd00:99:0:0:0:0:0:0/120\","
                + "\"used\":\"fabric\",\"ipv4Alias\":\"169.254.223.1\",");
  }

  @ParameterizedTest
  @CsvSource({
    "wanted, auto, fast",
    "used, fabric, auto",
    "used, fabric, fast",
    "ports, '80/tcp,8000-8010/udp', 80/sctp",
    "aliasNets, 10.9.9.0/24 fd00:99:0:0:0:0:0:0/120, 10.9.9.0/23"
  })
  void wordThatIsNoWiringIsOneClearLine(String field, String right, String wrong)
      throws IOException {
    RecordFile.write(directory, full());
    Path file = directory.resolve(RecordFile.NAME);
    String before = "\"" + field + "\":\"" + right + "\"";
    String text = Files.readString(file);
    assertThat(text).contains(before);
    Files.writeString(file, text.replace(before, "\"" + field + "\":\"" + wrong + "\""));
    assertThatThrownBy(() -> RecordFile.read(directory))
        .isInstanceOf(DamagedException.class)
        .hasMessageStartingWith(
            file + ": network.wiring." + field + ": is \"" + wrong + "\"; expected ");
  }

  @Test
  void exitIsReadAndNotThereBefore() throws IOException {
    RecordFile.write(directory, full());
    assertThat(Files.readString(directory.resolve(RecordFile.NAME))).doesNotContain("exit");
    assertThat(Objects.requireNonNull(RecordFile.read(directory)).exit()).isNull();
    ContainerRecord ended = full().with(new ExitRecord(137, "2026-11-27T12:00:00.000000001Z"));
    RecordFile.write(directory, ended);
    assertThat(RecordFile.read(directory)).isEqualTo(ended);
    ContainerRecord stopped = ended.with(Status.STOPPED).withNotes(List.of());
    assertThat(stopped.exit()).isEqualTo(ended.exit());
  }

  @Test
  void statusThatNoProcessHasIsNoExit() throws IOException {
    RecordFile.write(directory, full().with(new ExitRecord(0, "2026-11-27T12:00:00Z")));
    Path file = directory.resolve(RecordFile.NAME);
    Files.writeString(file, Files.readString(file).replace("{\"status\":0,", "{\"status\":256,"));
    assertThatThrownBy(() -> RecordFile.read(directory))
        .hasMessageContaining("exit.status: is 256; expected 0 to 255");
  }

  @Test
  void addressOfAGuestWithANetOfItsOwnIsRead() throws IOException {
    WiringRecord wiring = WiringRecord.wanted(NetworkMode.STATIC_OR_AUTO, true);
    ContainerRecord record = full();
    NetworkRecord network = Objects.requireNonNull(record.network());
    record =
        record.with(
            network.joinedTo(
                "eth0", wiring.done(NetworkMode.STATIC, null, null, "172.16.1.2"), null));
    RecordFile.write(directory, record);
    assertThat(RecordFile.read(directory)).isEqualTo(record);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    RecordFile.write(directory, full());
    assertThat(RecordFile.read(directory)).isEqualTo(full());
    assertThat(directory).isDirectoryNotContaining("glob:**.next");
  }

  @Test
  void recordOfABeginningCreateIsRead() throws IOException {
    ContainerRecord begun = ContainerRecord.begun("c1", Path.of("/b"), "now", new JsonObject());
    RecordFile.write(directory, begun);
    assertThat(RecordFile.read(directory)).isEqualTo(begun);
  }

  @Test
  void directoryWithoutRecordIsNotOurs() throws IOException {
    assertThat(RecordFile.read(directory)).isNull();
    assertThat(RecordFile.read(root.resolve("missing"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2", "99", "4294967297", "-1"})
  void anotherSchemaIsRefused(String schema) throws IOException {
    assertOneLine(changed("schema", schema), "schema: is " + schema, "another version of urunj");
  }

  @Test
  void missingSchemaIsRefused() throws IOException {
    assertOneLine("{\"id\":\"c1\"}", "schema: is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[]",
        "null",
        "{\"schema\":1",
        "\0\0\0",
        "{\"schema\":1}",
        "{\"schema\":1,\"schema\":1}"
      })
  void damagedFileIsOneClearLine(String text) throws IOException {
    assertOneLine(text);
  }

  @Test
  void everyCutOffRecordIsOneClearLine() throws IOException {
    String whole = text();
    for (int length = 0; length < whole.length(); length += 7) {
      assertOneLine(whole.substring(0, length));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "id|null",
        "id|\"../c1\"",
        "id|\"other\"",
        "status|\"flying\"",
        "status|7",
        "bundle|\"relative\"",
        "bundle|\"/a\\u0000b\"",
        "created|[]",
        "annotations|\"text\"",
        "annotations|{\"a\":1}",
        "process|[]",
        "process|{\"pid\":4294967297,\"startTime\":1,\"bootId\":\"b\"}",
        "process|{\"pid\":0,\"startTime\":1,\"bootId\":\"b\"}",
        "process|{\"pid\":-1,\"startTime\":1,\"bootId\":\"b\"}",
        "process|{\"pid\":1.5,\"startTime\":1,\"bootId\":\"b\"}",
        "process|{\"pid\":\"1\",\"startTime\":1,\"bootId\":\"b\"}",
        "image|{}",
        "image|true",
        "monitor|{\"kind\":[]}",
        "network|{\"device\":\"x\"}",
        "timestamps|\"\"",
        "timestamps|{}"
      })
  void valueOfAnotherTypeIsOneClearLine(String key, String value) throws IOException {
    assertOneLine(changed(key, value), key);
  }

  @Test
  void truthValueOfAnotherTypeIsNotTakenForFalse() throws IOException {
    assertOneLine(
        text().replace("\"systemdCgroup\":true", "\"systemdCgroup\":\"yes\""),
        "monitor.systemdCgroup");
  }

  @Test
  void hugeAndHostileStatusIsCutAndEscaped() throws IOException {
    assertOneLine(changed("status", "\"\\n\\u001b[2J" + "x".repeat(100_000) + "\""), "\\n\\u001b");
  }

  @Test
  void hugeFileIsRefused() throws IOException {
    assertOneLine(" ".repeat(10 << 20), "too large");
  }

  @Test
  void directoryInPlaceOfTheRecordIsRefused() throws IOException {
    Files.createDirectory(directory.resolve(RecordFile.NAME));
    assertThatThrownBy(() -> RecordFile.read(directory))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("is a directory");
  }

  private String text() throws IOException {
    RecordFile.write(directory, full());
    return Files.readString(directory.resolve(RecordFile.NAME));
  }

  private String changed(String key, String value) throws IOException {
    JsonObject json = JsonParser.parseString(text()).getAsJsonObject();
    json.add(key, JsonParser.parseString(value));
    return json.toString();
  }

  private void assertOneLine(String text, String... parts) throws IOException {
    Files.writeString(directory.resolve(RecordFile.NAME), text);
    assertThatThrownBy(() -> RecordFile.read(directory))
        .isInstanceOf(DamagedException.class)
        .hasMessageStartingWith(directory.resolve(RecordFile.NAME).toString())
        .message()
        .satisfies(line -> {
          for (String part : parts) {
            assertThat(line).contains(part);
          }
          assertThat(line.chars().noneMatch(Character::isISOControl)).isTrue();
          assertThat(line.length()).isLessThan(500);
        });
  }

  @Test
  void annotationsAsLargeAsASpecificationAreRead() throws IOException {
    JsonObject annotations = new JsonObject();
    annotations.addProperty("a", "\u2028".repeat(Bundle.CONFIG_LIMIT / 3));
    ContainerRecord record = ContainerRecord.begun("c1", Path.of("/b"), "now", annotations);
    RecordFile.write(directory, record);
    assertThat(RecordFile.read(directory)).isEqualTo(record);
  }

  @Test
  void pathThatNoFileCanHaveIsOneClearLine() throws IOException {
    assertOneLine("{\"schema\":1,\"id\":\"c1\",\"bundle\":\"/\\ud800\"}", "surrogate");
  }
}
