package dev.urunj.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.urunj.runtime.network.NetworkActs;
import dev.urunj.runtime.network.TapAct;
import dev.urunj.runtime.registry.Wirings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
  private static final NetworkActs WIRINGS = new Wirings();

  /// As each version has written them.
  private static final String LINES =
      """
      {"act":"pin"}
      {"act":"tap","name":"tap0_urunc"}
      {"act":"persistentTap","name":"tap0_urunc","index":3}
      {"act":"cgroups","paths":["/sys/fs/cgroup/pids/c1"]}
      {"act":"container"}
      {"act":"qdisc","link":"eth0","index":2,"kind":"ingress"}
      {"act":"qdisc","link":"lo","index":1,"kind":"clsact"}
      {"act":"sysctl","name":"net/ipv4/conf/lo/rp_filter","before":"0","value":"2","tapIndex":3}
      {"act":"localRoute","destination":"127.88.0.0","prefixLength":16,"mtu":1500,"tapIndex":3}
      {"act":"localRoute","destination":"fd75:7275:6e6a:2:0:0:0:0","prefixLength":112,"mtu":1500,"tapIndex":3}
      {"act":"classifier","link":"lo","index":1,"egress":true,"tapIndex":3}
      {"act":"masquerade","link":"eth0","index":2,"tapIndex":3}
      {"act":"redirect","link":"eth0","index":2,"tapIndex":2147483647}
      """;

  @TempDir Path directory;
  private Journal journal;
  private List<Act> all;

  @BeforeEach
  void open() throws IOException {
    journal = new Journal(directory);
    all = new ArrayList<>();
    for (String line : LINES.lines().toList()) {
      all.add(Act.fromJson(JsonParser.parseString(line).getAsJsonObject(), "", WIRINGS));
    }
  }

  @Test
  void missingJournalIsEmpty() throws IOException {
    assertThat(journal.read(WIRINGS)).isEmpty();
  }

  @Test
  void actsAreReadInTheirOrder() throws IOException {
    writeAll();
    assertThat(journal.read(WIRINGS)).isEqualTo(all);
  }

  @Test
  void linesAreThoseOfAllVersions() throws IOException {
    writeAll();
    assertThat(text()).isEqualTo(LINES);
  }

  @Test
  void qdiscOfAVersionThatKnewOneKindIsAnIngress() throws IOException {
    Files.writeString(file(), "{\"act\":\"qdisc\",\"link\":\"eth0\",\"index\":2}\n");
    assertThat(journal.read(WIRINGS)).containsExactly(all.get(5));
  }

  @Test
  void lastLineThatIsCutOffIsAnActThatNeverBegan() throws IOException {
    writeAll();
    String whole = text();
    int last = whole.lastIndexOf('\n', whole.length() - 2) + 1;
    for (int length = last; length < whole.length(); length++) {
      Files.writeString(file(), whole.substring(0, length));
      assertThat(journal.read(WIRINGS)).isEqualTo(all.subList(0, all.size() - 1));
    }
  }

  @Test
  void actBehindALineThatIsCutOffIsReadable() throws IOException {
    journal.append(new Act.Pin());
    Files.writeString(file(), "{\"act\":\"ta", StandardOpenOption.APPEND);
    journal.append(new Act.Container());
    assertThat(journal.read(WIRINGS)).containsExactly(new Act.Pin(), new Act.Container());
  }

  @Test
  void actBehindNothingButACutOffLineIsReadable() throws IOException {
    Files.writeString(file(), "{\"act");
    journal.append(new Act.Pin());
    assertThat(journal.read(WIRINGS)).containsExactly(new Act.Pin());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "[]",
        "7",
        "null",
        "{}",
        "{\"act\":null}",
        "{\"act\":7}",
        "{\"act\":\"fly\"}",
        "{\"act\":\"cgroups\",\"paths\":\"/sys/fs/cgroup/x\"}",
        "{\"act\":\"cgroups\",\"paths\":[\"sys/fs/cgroup/x\"]}",
        "{\"act\":\"cgroups\",\"paths\":[\"/sys/fs/cgroup/../../x\"]}",
        "{\"act\":\"qdisc\",\"link\":\"eth0\",\"index\":2,\"kind\":\"fq\"}",
        "{\"act\":\"sysctl\",\"name\":\"net/ipv4/conf/lo/../x\",\"before\":\"0\",\"value\":\"1\",\"tapIndex\":3}",
        "{\"act\":\"sysctl\",\"name\":\"kernel/panic\",\"before\":\"0\",\"value\":\"1\",\"tapIndex\":3}",
        "{\"act\":\"sysctl\",\"name\":\"net/ipv4/conf/lo/rp_filter\",\"before\":\"\",\"value\":\"1\",\"tapIndex\":3}",
        "{\"act\":\"localRoute\",\"destination\":\"localhost\",\"prefixLength\":16,\"mtu\":1,\"tapIndex\":3}",
        "{\"act\":\"localRoute\",\"destination\":\"127.88.0.0\",\"prefixLength\":33,\"mtu\":1,\"tapIndex\":3}",
        "{\"act\":\"classifier\",\"link\":\"lo\",\"index\":1,\"egress\":true}",
        "{\"act\":\"masquerade\",\"link\":\"eth0\",\"index\":2,\"tapIndex\":0}",
        "{\"act\":\"tap\"}",
        "{\"act\":\"tap\",\"name\":\"\"}",
        "{\"act\":\"tap\",\"name\":\"sixteen_bytes_xx\"}",
        "{\"act\":\"tap\",\"name\":[\"a\"]}",
        "{\"act\":\"qdisc\",\"link\":\"eth0\"}",
        "{\"act\":\"qdisc\",\"link\":\"eth0\",\"index\":0}",
        "{\"act\":\"qdisc\",\"link\":\"eth0\",\"index\":-3}",
        "{\"act\":\"qdisc\",\"link\":\"eth0\",\"index\":4294967298}",
        "{\"act\":\"redirect\",\"link\":\"eth0\",\"index\":2,\"tapIndex\":\"x\"}",
        "\u0000\u0000"
      })
  void lineThatIsNoActIsOneClearLineWithItsNumber(String line) throws IOException {
    journal.append(new Act.Pin());
    Files.writeString(file(), line + "\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> journal.read(WIRINGS))
        .isInstanceOf(DamagedException.class)
        .hasMessageStartingWith(file() + ": line 2: ")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void journalOverItsSizeIsRefused() throws IOException {
    Files.writeString(file(), "{\"act\":\"pin\"}\n".repeat(100_000));
    assertThatThrownBy(() -> journal.read(WIRINGS))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("too large");
  }

  private void writeAll() throws IOException {
    for (Act act : all) {
      journal.append(act);
    }
  }

  private Path file() {
    return directory.resolve(Journal.NAME);
  }

  private String text() throws IOException {
    return Files.readString(file());
  }

  @Test
  void lineMayBeCutOffInsideACharacter() throws IOException {
    journal.append(new Act.Pin());
    int whole = Files.readAllBytes(file()).length;
    journal.append(new Act.OfNetwork(new TapAct("täp")));
    byte[] bytes = Files.readAllBytes(file());
    for (int length = whole; length < bytes.length; length++) {
      Files.write(file(), Arrays.copyOf(bytes, length));
      assertThat(journal.read(WIRINGS)).containsExactly(new Act.Pin());
    }
    Files.write(file(), Arrays.copyOf(bytes, bytes.length - 5));
    journal.append(new Act.Container());
    assertThat(journal.read(WIRINGS)).containsExactly(new Act.Pin(), new Act.Container());
  }
}
