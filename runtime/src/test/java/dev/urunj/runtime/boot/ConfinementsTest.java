package dev.urunj.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.urunj.runtime.guest.Confinement;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfinementsTest {
  @Test
  void everythingIsRead() throws IOException {
    String process =
        """
        "process": {"user": {"umask": 63}, "noNewPrivileges": true,
          "rlimits": [{"type": "RLIMIT_RTTIME", "soft": 1, "hard": 18446744073709551615}],
          "capabilities": {"bounding": ["CAP_CHOWN", "CAP_CHECKPOINT_RESTORE", "CAP_OF_TOMORROW"],
            "ambient": ["CAP_NET_BIND_SERVICE"]}}
        """;
    assertThat(of("{\"root\": {\"path\": \"r\", \"readonly\": true}, " + process + "}"))
        .isEqualTo(
            new Confinement(
                List.of(new Confinement.Rlimit(15, 1, -1)),
                new Confinement.Capabilities(1L << 40 | 1, 0, 0, 0, 1 << 10),
                077,
                true,
                true));
  }

  @Test
  void whatIsAbsentIsWhatLowLevelRuntimesMakeOfIt() throws IOException {
    assertThat(of("{\"process\": {\"capabilities\": null, \"rlimits\": null}}"))
        .isEqualTo(
            new Confinement(
                List.of(), new Confinement.Capabilities(0, 0, 0, 0, 0), 022, false, false));
  }

  @Test
  void limitThatIsNoneIsRefused() {
    assertThatThrownBy(() -> of("{\"process\": {\"rlimits\": [{\"type\": \"NOFILE\"}]}}"))
        .hasMessage(
            "/b/config.json: process.rlimits[0].type: is \"NOFILE\"; expected a type such as"
                + " RLIMIT_CPU");
    assertThatThrownBy(() ->
            of(
                "{\"process\": {\"rlimits\": [{\"type\": \"RLIMIT_AS\", \"soft\":"
                    + " 18446744073709551616, \"hard\": 1}]}}"))
        .hasMessageEndingWith("expected an integer from 0 to 18446744073709551615");
  }

  private static Confinement of(String json) throws IOException {
    return Confinements.of(
        new Spec(JsonParser.parseString(json).getAsJsonObject(), Path.of("/b/config.json")));
  }
}
