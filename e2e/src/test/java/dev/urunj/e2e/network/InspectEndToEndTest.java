package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What `inspect` says of one container from its create to its end.
@EndToEnd
class InspectEndToEndTest {
  private static final Duration DEATH = Duration.ofSeconds(30);

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void containerIsFollowedFromItsCreateToItsEnd() throws Exception {
    Pod pod = stage.pod("pod");
    Container web =
        stage
            .urunj()
            .create(BundleBuilder.linuxWeb(pod).annotation("dev.urunj.network.mode", "fabric"));
    assertThat(state(json(web, 0), "monitor")).isEqualTo("pending");
    web.start();
    pod.awaitHttp("/", web);
    assertHealthyAndCounted(pod, web);
    assertFilterIsMissed(pod, web);
    stage.node().sh("kill -9 " + web.pid());
    web.awaitStatus("stopped", DEATH);
    JsonObject dead = json(web, 2);
    assertThat(firstBroken(dead)).isEqualTo("monitor");
    assertThat(dead.getAsJsonObject("firstBroken").get("detail").getAsString()).contains("is dead");
    assertThat(state(dead, "namespace")).isEqualTo("ok");
    stage.node().sh("umount -l " + Urunj.ROOT + "/" + web.id() + "/netns");
    assertThat(state(json(web, 2), "namespace")).isEqualTo("broken");
    web.delete();
    assertThat(ErrorLine.of(inspect(web))).contains("\"" + web.id() + "\" does not exist");
    pod.assertUntouched();
  }

  private void assertHealthyAndCounted(Pod pod, Container web) throws IOException {
    JsonObject before = json(web, 0);
    assertThat(firstBroken(before)).isEqualTo("none");
    assertThat(before.getAsJsonObject("tap").get("name").getAsString()).isEqualTo("tap0_urunc");
    assertThat(before.getAsJsonArray("hooks")).hasSize(3);
    pod.http("/");
    pod.run("curl", "-sSf", "-m", "5", "http://127.0.0.1/").orFail();
    JsonObject after = json(web, 0);
    for (String path : new String[] {"net-to-guest", "guest-to-net", "lo-to-guest"}) {
      assertThat(packets(after, path)).as(path).isGreaterThan(packets(before, path));
    }
    Result text = inspect(web);
    assertThat(text.orFail())
        .contains(
            web.id() + ", running, qemu, pid " + web.pid(),
            "fabric (network mode fabric)",
            "169.254.223.1",
            "from_guest",
            "localhost, to a guest",
            "nothing is broken");
  }

  private void assertFilterIsMissed(Pod pod, Container web) throws IOException {
    pod.run("tc", "filter", "del", "dev", "lo", "egress", "prio", "30066").orFail();
    assertThat(firstBroken(json(web, 2))).isEqualTo("filter-lo");
    Result text = inspect(web);
    assertThat(text.exitCode()).isEqualTo(2);
    assertThat(text.stdout()).contains("first broken: filter-lo: our filter is gone from lo");
  }

  private Result inspect(Container container, String... flags) throws IOException {
    String[] words = new String[flags.length + 2];
    words[0] = "inspect";
    System.arraycopy(flags, 0, words, 1, flags.length);
    words[words.length - 1] = container.id();
    return stage.urunj().command(words);
  }

  private JsonObject json(Container container, int exitCode) throws IOException {
    Result result = inspect(container, "--format", "json");
    assertThat(result.exitCode()).as("%s%s", result.stdout(), result.stderr()).isEqualTo(exitCode);
    return JsonParser.parseString(result.stdout()).getAsJsonObject();
  }

  private static String firstBroken(JsonObject inspection) {
    JsonElement hop = inspection.get("firstBroken");
    return hop.isJsonNull() ? "none" : hop.getAsJsonObject().get("hop").getAsString();
  }

  private static String state(JsonObject inspection, String hop) {
    for (JsonElement one : inspection.getAsJsonArray("hops")) {
      if (one.getAsJsonObject().get("hop").getAsString().equals(hop)) {
        return one.getAsJsonObject().get("state").getAsString();
      }
    }
    throw new AssertionError("no hop " + hop + " in " + inspection);
  }

  private static long packets(JsonObject inspection, String path) {
    for (JsonElement one : inspection.getAsJsonArray("traffic")) {
      if (one.getAsJsonObject().get("path").getAsString().equals(path)) {
        return one.getAsJsonObject().get("packets").getAsLong();
      }
    }
    throw new AssertionError("no path " + path + " in " + inspection);
  }
}
