package dev.urunj.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.urunj.runtime.image.MonitorKind;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.image.WantedAccelerator;
import dev.urunj.runtime.network.AliasNets;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  @TempDir Path directory;
  private Path file;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("config.toml");
    environment.put("URUNJ_CONFIG_FILE", file.toString());
  }

  private Config load(String text) throws IOException {
    Files.writeString(file, text);
    return new ConfigReader(environment).read();
  }

  private void assertRefused(String text, String start) {
    assertThatThrownBy(() -> load(text))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(file + ": " + start)
        .message()
        .doesNotContain("\n");
  }

  private static void assertDefaults(Config config) {
    assertThat(config.log()).isEqualTo(new LogConfig("info", false));
    assertThat(config.timestamps())
        .isEqualTo(new TimestampsConfig(false, Path.of("/var/log/urunj/timestamps.log")));
    for (MonitorKind kind : MonitorKind.values()) {
      assertThat(config.monitor(kind))
          .isEqualTo(new MonitorConfig(256, 1, null, null, false, WantedAccelerator.AUTO, 0));
    }
    assertThat(config.virtiofsd().path()).hasToString("/usr/libexec/virtiofsd");
    assertThat(config.virtiofsd().options())
        .containsExactly("--cache", "always", "--sandbox", "none");
    assertThat(config.lowLevel()).isEqualTo(new WantedRuntime.Auto());
  }

  @Test
  void emptyFileLeavesTheDefaults() throws IOException {
    Config config = load("# nothing\n");

    assertDefaults(config);
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void namedFileThatIsMissingLeavesTheDefaultsWithAWarning() throws IOException {
    Config config = new ConfigReader(environment).read();

    assertDefaults(config);
    assertThat(config.warnings())
        .containsExactly("URUNJ_CONFIG_FILE names \"" + file + "\", not found");
  }

  @Test
  void usualFileThatIsMissingLeavesTheDefaultsSilently() throws IOException {
    assumeThat(Path.of("/etc/urunj/config.toml")).doesNotExist();

    Config config = new ConfigReader(Map.of()).read();

    assertDefaults(config);
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void uruncsOwnFileIsReadWithoutAWarning() throws IOException {
    Config config =
        load(
            """
            [log]
            level = "debug"
            syslog = true

            [timestamps]
            enabled = true
            destination = "/var/log/urunc/timestamps.log"

            [monitors.qemu]
            default_memory_mb = 512
            default_vcpus = 2
            path = "/opt/bin/qemu-system-x86_64"
            data_path = "/opt/share"
            vhost = true

            [monitors.cloud-hypervisor]
            default_memory_mb = 0
            default_vcpus = 0
            path = ""

            [extra_binaries.virtiofsd]
            path = "/opt/virtiofsd"
            options = " --cache  never "

            [runtime]
            libcontainer = true
            vAccel = false
            """);

    assertThat(config.warnings()).isEmpty();
    assertThat(config.log()).isEqualTo(new LogConfig("debug", true));
    assertThat(config.timestamps())
        .isEqualTo(new TimestampsConfig(true, Path.of("/var/log/urunc/timestamps.log")));
    assertThat(config.monitor(MonitorKind.QEMU))
        .isEqualTo(
            new MonitorConfig(
                512,
                2,
                Path.of("/opt/bin/qemu-system-x86_64"),
                Path.of("/opt/share"),
                true,
                WantedAccelerator.AUTO,
                0));
    assertThat(config.monitor(MonitorKind.CLOUD_HYPERVISOR))
        .isEqualTo(new MonitorConfig(256, 1, null, null, false, WantedAccelerator.AUTO, 0));
    assertThat(config.virtiofsd().path()).hasToString("/opt/virtiofsd");
    assertThat(config.virtiofsd().options()).containsExactly("--cache", "never");
  }

  @Test
  void partOfASectionKeepsTheOtherDefaults() throws IOException {
    Config config = load("extra_binaries.virtiofsd.options = \"\"\n[timestamps]\nenabled = true\n");

    assertThat(config.virtiofsd().path()).hasToString("/usr/libexec/virtiofsd");
    assertThat(config.virtiofsd().options()).isEmpty();
    assertThat(config.timestamps().destination()).hasToString("/var/log/urunj/timestamps.log");
  }

  @Test
  void ourOwnKeysAreRead() throws IOException {
    Config config =
        load("[runtime]\nlow_level=\"crun\"\n[monitors.qemu]\naccel='tcg'\noverhead_mb=0x40\n");

    assertThat(config.warnings()).isEmpty();
    assertThat(config.lowLevel()).isEqualTo(new WantedRuntime.Named("crun"));
    assertThat(config.monitor(MonitorKind.QEMU).accelerator()).isEqualTo(WantedAccelerator.TCG);
    assertThat(config.monitor(MonitorKind.QEMU).overheadMib()).isEqualTo(64);
  }

  @Test
  void environmentWinsOverTheFile() throws IOException {
    environment.put("URUNJ_ACCEL", "kvm");
    environment.put("URUNJ_RUNTIME", "/opt/youki");

    Config config = load("[runtime]\nlow_level=\"crun\"\n[monitors.qemu]\naccel='tcg'\n");

    assertThat(config.monitor(MonitorKind.QEMU).accelerator()).isEqualTo(WantedAccelerator.KVM);
    assertThat(config.lowLevel()).isEqualTo(new WantedRuntime.At(Path.of("/opt/youki")));
  }

  @Test
  void guestsHaveTheFabricWhereItWorksUnlessAskedOtherwise() throws IOException {
    assertThat(load("").network())
        .isEqualTo(new NetworkConfig(NetworkMode.AUTO, true, new AliasNets(List.of())));
    assertThat(load("[network]\nmode='redirect'\nlocalhost=false\n").network())
        .isEqualTo(new NetworkConfig(NetworkMode.REDIRECT, false, new AliasNets(List.of())));
  }

  @Test
  void environmentHoldsWithoutAFile() throws IOException {
    environment.put("URUNJ_ACCEL", "tcg");
    environment.put("URUNJ_RUNTIME", "runc");

    Config config = new ConfigReader(environment).read();

    assertThat(config.monitor(MonitorKind.QEMU).accelerator()).isEqualTo(WantedAccelerator.TCG);
    assertThat(config.lowLevel()).isEqualTo(new WantedRuntime.Named("runc"));
  }

  @Test
  void emptyVariablesAreAsNone() throws IOException {
    environment.put("URUNJ_ACCEL", "");
    environment.put("URUNJ_RUNTIME", "");

    assertDefaults(load(""));
  }

  @ParameterizedTest
  @CsvSource({
    "URUNJ_ACCEL, hvf, 'auto, kvm or tcg'",
    "URUNJ_RUNTIME, ./runc, 'auto, runc, crun or an absolute path'",
    "URUNJ_RUNTIME, youki, 'auto, runc, crun or an absolute path'",
  })
  void wrongVariableIsNamed(String variable, String value, String expected) {
    environment.put(variable, value);

    assertThatThrownBy(() -> load(""))
        .hasMessage("environment: " + variable + ": is \"" + value + "\"; expected " + expected);
  }

  @Test
  void pathWithNulIsNamed() {
    environment.put("URUNJ_RUNTIME", "/a\0b");

    assertThatThrownBy(() -> load(""))
        .hasMessage("environment: URUNJ_RUNTIME: is \"/a\\u0000b\"; expected a path");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "log.level = 'loud' | log.level: is \"loud\"; expected trace, debug",
        "log.level = 3 | log.level: is \"3\"; expected a string",
        "log.syslog = 'true' | log.syslog: is \"true\"; expected true or false",
        "log = 1 | log: is \"1\"; expected a table",
        "log = [1] | log: is an array; expected a table",
        "monitors.qemu = true | monitors.qemu: is \"true\"; expected a table",
        "timestamps.destination = 'x.log' | timestamps.destination: is \"x.log\"; expected an abso",
        "monitors.qemu.default_memory_mb = -1 | monitors.qemu.default_memory_mb: is \"-1\"; expect",
        "monitors.qemu.default_memory_mb = 16 | monitors.qemu.default_memory_mb: is \"16\"; expect",
        "monitors.qemu.default_memory_mb = 1e3 | monitors.qemu.default_memory_mb: is \"1000.0\"; e",
        "monitors.qemu.default_memory_mb = '512' | monitors.qemu.default_memory_mb: is \"512\"; ex",
        "monitors.qemu.default_memory_mb = 4294967808 | monitors.qemu.default_memory_mb: is \"4294",
        "monitors.qemu.default_vcpus = 257 | monitors.qemu.default_vcpus: is \"257\"; expected a w",
        "monitors.qemu.overhead_mb = -5 | monitors.qemu.overhead_mb: is \"-5\"; expected a whole n",
        "monitors.qemu.accel = 'KVM' | monitors.qemu.accel: is \"KVM\"; expected auto, kvm or tcg",
        "monitors.qemu.path = 'bin/q' | monitors.qemu.path: is \"bin/q\"; expected an absolute pa",
        "monitors.qemu.vhost = 1979-05-27 | monitors.qemu.vhost: is \"1979-05-27\"; expected true",
        "runtime.low_level = 'docker' | runtime.low_level: is \"docker\"; expected auto, runc, cr",
        "network.mode = 'lan' | network.mode: is \"lan\"; expected redirect, fabric, static or",
        "network.localhost = 'no' | network.localhost: is \"no\"; expected true or false",
        "runtime.libcontainer = 'yes' | runtime.libcontainer: is \"yes\"; expected true or false",
        "extra_binaries.virtiofsd.options = ['-x'] | extra_binaries.virtiofsd.options: is an array",
      })
  void wrongValueIsNamedWithItsKey(String text, String start) {
    assertRefused(text, start);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[log]~level = | line 2: is not valid TOML",
        "[log]~level = tru~x = 1 | line 2: is not valid TOML",
        "[log]~~~level debug | line 4: is not valid TOML",
        "[log]~a=1~a=2 | line 3: is not valid TOML",
        "[log~a=1 | line 1: is not valid TOML",
        "log.level = \"x | line 1: is not valid TOML",
        "a = 1979-99-99 | line 1: is not valid TOML",
      })
  void brokenFileIsNamedWithTheLine(String text, String start) {
    assertRefused(text.replace('~', '\n'), start);
  }

  @Test
  void controlCharactersOfABrokenFileAreEscaped() {
    assertRefused("a = \u001b[2J", "line 1: is not valid TOML");
    assertThatThrownBy(() -> load("a = \u001b[2J\n")).message().doesNotContain("\u001b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "18446744073709551617",
        "+18446744073709551617",
        "-18446744073709551617",
        "1_8446744073709551617"
      })
  void integerThatTheLibraryWouldWrapAroundIsRefused(String number) {
    assertRefused(
        "[monitors.qemu]\ndefault_vcpus = " + number, "line 2: has a number that is too large");
  }

  @Test
  void longDigitsInTextAreFine() throws IOException {
    assertThat(load("[monitors.qemu]\npath = '/1234567890123456789012'\n").warnings()).isEmpty();
  }

  @Test
  void deeplyNestedFileIsRefused() {
    assertRefused("a = " + "[".repeat(60_000), "line 1: is nested too deeply");
  }

  @Test
  void fileOverSixtyFourKibibytesIsRefused() throws IOException {
    TestFiles.sparse(file, (64 << 10) + 1);

    assertThatThrownBy(() -> new ConfigReader(environment).read())
        .hasMessageContaining("is too large");
  }

  @Test
  void directoryAsFileIsRefused() throws IOException {
    Files.createDirectory(file);

    assertThatThrownBy(() -> new ConfigReader(environment).read())
        .hasMessage(file + ": is a directory; expected a regular file");
  }

  @Test
  void fifoAsFileIsRefused() throws Exception {
    TestFiles.fifo(file);

    assertThatThrownBy(() -> new ConfigReader(environment).read())
        .hasMessageContaining("is a FIFO");
  }

  @Test
  void unknownKeysBecomeWarnings() throws IOException {
    Config config =
        load("new = 1\n[log]\ncolour = true\n[monitors.hedge]\npath = 5\n[monitors.qemu]\nksm=1\n");

    assertThat(config.warnings())
        .containsExactlyInAnyOrder(
            file + ": \"new\" is unknown and ignored",
            file + ": \"log.colour\" is unknown and ignored",
            file + ": \"monitors.hedge\" is unknown and ignored",
            file + ": \"monitors.qemu.ksm\" is unknown and ignored");
  }

  @Test
  void brokenFilesAreConfigurationsOrBadInputs() throws IOException {
    String text =
        "[log]\nlevel = \"info\"\n[monitors.qemu]\ndefault_vcpus = 2\npath = '/q'\nvhost=true\n";
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      StringBuilder broken = new StringBuilder(text);
      for (int i = 0; i < 3; i++) {
        broken.setCharAt(
            random.nextInt(text.length()), "[]{}=\"'\n.,#\\0-+:T_e".charAt(random.nextInt(19)));
      }
      try {
        load(broken.toString());
      } catch (BadInputException e) {
        assertThat(e.getMessage()).as("seed %d", seed).startsWith(file + ": ").doesNotContain("\n");
      }
    }
  }

  @Test
  void deepArrayInThePlaceOfAWordIsOneClearLine() {
    String deep = "[".repeat(500) + "]".repeat(500);

    assertRefused("[log]\nlevel = " + deep, "log.level: is an array; expected a string");
  }

  @Test
  void unknownKeysAreCountedAfterTheTwentieth() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      text.append('k').append(i).append(" = 1\n");
    }

    assertThat(load(text.toString()).warnings())
        .hasSize(21)
        .last()
        .isEqualTo(file + ": 4980 more keys are unknown and ignored");
  }
}
