package dev.urunj.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  /// As runc 1.1 and runc 1.2 have it, shortened.
  private static final String LOW_LEVEL =
      """
      {"ociVersionMin":"1.0.0","ociVersionMax":"1.2.0",
       "hooks":["prestart","startContainer"],"mountOptions":["ridmap","rro"],
       "linux":{"namespaces":["time","user"],"mountExtensions":{"idmap":{"enabled":true}}},
       "annotations":{"org.opencontainers.runc.version":"1.2.0"},
       "potentiallyUnsafeConfigAnnotations":["bundle"]}
      """;

  @Test
  void whatTheLowLevelRuntimeSaysIsKept() {
    JsonObject lowLevel = JsonParser.parseString(LOW_LEVEL).getAsJsonObject();
    JsonObject features = features(lowLevel);
    for (String key : lowLevel.keySet()) {
      if (!key.equals("annotations")) {
        assertThat(features.get(key)).as(key).isEqualTo(lowLevel.get(key));
      }
    }
    assertThat(annotation(features, "org.opencontainers.runc.version")).isEqualTo("1.2.0");
    assertThat(lowLevel).isEqualTo(JsonParser.parseString(LOW_LEVEL));
  }

  @Test
  void whatIsDifferentForAGuestIsAnnotated() {
    for (JsonObject features :
        new JsonObject[] {
          features(null), features(JsonParser.parseString(LOW_LEVEL).getAsJsonObject())
        }) {
      assertThat(annotation(features, "dev.urunj.networks")).isEqualTo("fabric,redirect,static");
      assertThat(annotation(features, "dev.urunj.guest.hooks"))
          .contains("createContainer")
          .doesNotContain("startContainer");
      assertThat(annotation(features, "dev.urunj.guest.mountOptions").split(","))
          .contains(
              "bind", "ro", "rro", "nosuid", "noexec", "noatime", "tmpcopyup", "rw", "symfollow")
          .doesNotContain("idmap", "ridmap", "mand", "rsync", "rprivate")
          .isSorted();
      assertThat(annotation(features, "dev.urunj.guest.namespaces")).doesNotContain("user", "time");
    }
  }

  @Test
  void withoutAnAnswerThereIsWhatEveryLowLevelRuntimeHas() {
    JsonObject features = features(null);
    assertThat(features.get("ociVersionMax").getAsString()).isEqualTo("1.0.2");
    assertThat(features.getAsJsonObject("linux").getAsJsonArray("namespaces")).hasSize(6);
  }

  private static JsonObject features(@Nullable JsonObject lowLevel) {
    return JsonParser.parseString(Features.json(lowLevel)).getAsJsonObject();
  }

  private static String annotation(JsonObject features, String key) {
    return features.getAsJsonObject("annotations").get(key).getAsString();
  }
}
