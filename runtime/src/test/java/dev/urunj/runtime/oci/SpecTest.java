package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTest {
  private static Spec spec(String text) throws BadInputException {
    return new Spec(Json.parse(text, "/b/config.json"), Path.of("/b/config.json"));
  }

  @Test
  void emptySpecificationHasNothing() throws IOException {
    Spec spec = spec("{}");

    assertThat(spec.annotations()).isEmpty();
    assertThat(spec.mounts()).isEmpty();
    assertThat(spec.namespaces()).isEmpty();
    assertThat(spec.hostname()).isEmpty();
    assertThat(spec.cgroupsPath()).isEmpty();
    assertThat(spec.memoryLimit()).isEmpty();
    assertThat(spec.cpuQuota()).isEmpty();
    assertThat(spec.cpuPeriod()).isEmpty();
    assertThat(spec.hasSeccomp()).isFalse();
  }

  @Test
  void unknownFieldsSurvive() throws IOException {
    assertThat(spec("{\"new\":{\"x\":[1.50]}}").json()).hasToString("{\"new\":{\"x\":[1.50]}}");
  }

  @Test
  void processIsRead() throws IOException {
    ProcessSpec process =
        spec("""
        {"process": {"terminal": true, "args": ["a b", "\\"c'"], "env": ["A=1", "A=2"],
          "cwd": "/w", "user": {"uid": 1, "gid": 4294967294, "additionalGids": [3, 4]}}}
        """)
            .process();

    assertThat(process)
        .isEqualTo(
            new ProcessSpec(
                List.of("a b", "\"c'"),
                List.of("A=1", "A=2"),
                "/w",
                1,
                4294967294L,
                List.of(3L, 4L),
                true));
  }

  @Test
  void processWithoutUserIsRoot() throws IOException {
    assertThat(spec("{\"process\":{\"cwd\":\"/\"}}").process())
        .isEqualTo(new ProcessSpec(List.of(), List.of(), "/", 0, 0, List.of(), false));
  }

  @Test
  void missingProcessIsAnErrorOnlyWhenAskedFor() throws IOException {
    Spec spec = spec("{}");

    assertThatThrownBy(spec::process)
        .hasMessage(
            "/b/config.json: process: is missing; expected an object with args, env and cwd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "4294967295", "1e3"})
  void impossibleUserIdsAreRefused(String id) throws IOException {
    Spec user = spec("{\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":" + id + "}}}");
    Spec group = spec("{\"process\":{\"cwd\":\"/\",\"user\":{\"additionalGids\":[" + id + "]}}}");

    assertThatThrownBy(user::process).hasMessageContaining("process.user.uid");
    assertThatThrownBy(group::process).hasMessageContaining("process.user.additionalGids");
  }

  @Test
  void relativeWorkingDirectoryIsRefused() throws IOException {
    Spec spec = spec("{\"process\":{\"cwd\":\"w\"}}");

    assertThatThrownBy(spec::process)
        .hasMessage("/b/config.json: process.cwd: is \"w\"; expected an absolute path");
  }

  @ParameterizedTest
  @CsvSource({"rootfs, /b/rootfs", "/r/x, /r/x", "../r, /r", "./a/../c/, /b/c"})
  void rootfsIsTakenFromTheBundle(String path, String expected) throws IOException {
    assertThat(spec("{\"root\":{\"path\":\"" + path + "\"}}").rootfs()).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"root\":{}}", "{\"root\":{\"path\":\"\"}}"})
  void rootfsWithoutPathIsNamed(String text) throws IOException {
    Spec spec = spec(text);

    assertThatThrownBy(spec::rootfs)
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("/b/config.json: root.path: ");
  }

  @Test
  void mountsAreRead() throws IOException {
    Spec spec =
        spec(
            """
            {"mounts": [
              {"destination": "/a", "type": "bind", "source": "/s p", "options": ["rbind", "ro"]},
              {"destination": "b"}]}
            """);

    assertThat(spec.mounts())
        .containsExactly(
            new Mount("/a", "bind", "/s p", List.of("rbind", "ro")),
            new Mount("/b", "", "", List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"destination\":\"\"}", "{\"destination\":1}", "7"})
  void mountWithoutDestinationIsNamed(String mount) throws IOException {
    Spec spec = spec("{\"mounts\":[" + mount + "]}");

    assertThatThrownBy(spec::mounts)
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("/b/config.json: mounts[0]");
  }

  @Test
  void namespacesAreRead() throws IOException {
    Spec spec =
        spec(
            """
            {"linux": {"namespaces": [
              {"type": "pid"}, {"type": "network", "path": "/n"}, {"type": "ipc", "path": ""}]}}
            """);

    assertThat(spec.namespaces())
        .containsExactly(
            new Namespace("pid", null), new Namespace("network", "/n"), new Namespace("ipc", null));
  }

  @Test
  void namespaceListedTwiceIsRefused() throws IOException {
    Spec spec =
        spec("{\"linux\":{\"namespaces\":[{\"type\":\"network\"},{\"type\":\"network\"}]}}");

    assertThatThrownBy(spec::namespaces)
        .hasMessage(
            "/b/config.json: linux.namespaces[1].type: \"network\" is listed twice; expected each"
                + " type once");
  }

  @Test
  void limitsAreRead() throws IOException {
    Spec spec =
        spec(
            """
            {"linux": {"cgroupsPath": "/c", "seccomp": {}, "resources": {
              "memory": {"limit": 536870912}, "cpu": {"quota": 150000, "period": 100000}}}}
            """);

    assertThat(spec.memoryLimit()).isEqualTo(OptionalLong.of(536870912));
    assertThat(spec.cpuQuota()).isEqualTo(OptionalLong.of(150000));
    assertThat(spec.cpuPeriod()).isEqualTo(OptionalLong.of(100000));
    assertThat(spec.cgroupsPath()).contains("/c");
    assertThat(spec.hasSeccomp()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "null", "-9223372036854775808"})
  void limitsThatAreNotPositiveAreNone(String value) throws IOException {
    Spec spec =
        spec(
            "{\"linux\":{\"resources\":{\"memory\":{\"limit\":%s},\"cpu\":{\"quota\":%s}}}}"
                .formatted(value, value));

    assertThat(spec.memoryLimit()).isEmpty();
    assertThat(spec.cpuQuota()).isEmpty();
  }

  /// The largest number of whole pages of 64 KiB, of 4 KiB, and of bytes.
  @ParameterizedTest
  @ValueSource(strings = {"9223372036854710272", "9223372036854771712", "9223372036854775807"})
  void memoryLimitThatVersionOneShowsForNoneIsNone(String value) throws IOException {
    Spec spec = spec("{\"linux\":{\"resources\":{\"memory\":{\"limit\":" + value + "}}}}");
    assertThat(spec.memoryLimit()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551615", "1e9", "\"512Mi\"", "1.5"})
  void memoryLimitThatIsNoIntegerIsNamed(String value) throws IOException {
    Spec spec = spec("{\"linux\":{\"resources\":{\"memory\":{\"limit\":" + value + "}}}}");

    assertThatThrownBy(spec::memoryLimit)
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("/b/config.json: linux.resources.memory.limit: is ");
  }

  @Test
  void annotationThatIsNoStringIsNamed() throws IOException {
    Spec spec = spec("{\"annotations\":{\"a.b\":{}}}");

    assertThatThrownBy(spec::annotations)
        .hasMessage("/b/config.json: annotations.a.b: is an object; expected a string");
  }

  @Test
  @Timeout(20)
  void manyNamespacesTakeNoTimeThatGrowsWithTheirSquare() throws IOException {
    StringBuilder entries = new StringBuilder("{\"type\":\"network\"}");
    for (int i = 0; i < 100_000; i++) {
      entries.append(",{\"type\":\"").append(i).append("\"}");
    }

    assertThat(spec("{\"linux\":{\"namespaces\":[" + entries + "]}}").namespaces())
        .hasSize(100_001);
  }

  @Test
  void rootPathLongerThanAnyPathIsRefused() throws IOException {
    Spec spec = spec("{\"root\":{\"path\":\"" + "../".repeat(500_000) + "\"}}");

    assertThatThrownBy(spec::rootfs)
        .hasMessage(
            "/b/config.json: root.path: has 1500000 characters; expected at most 4096 characters");
  }
}
