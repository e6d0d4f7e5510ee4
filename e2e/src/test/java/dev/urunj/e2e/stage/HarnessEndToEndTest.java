package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

@EndToEnd
class HarnessEndToEndTest {
  @Test
  void guestAnswersAndNothingIsLeft() throws Exception {
    try (Node node = Node.start();
        Urunj urunj = Urunj.on(node)) {
      Pod pod = node.pod("pod");
      Container web = urunj.create(BundleBuilder.linuxWeb(pod)).start();
      assertThat(pod.awaitHttp("/", web)).contains("web");
      web.kill("KILL");
      assertThat(web.exitStatus(Duration.ofSeconds(5))).isEqualTo(137);
      web.delete();
      pod.assertUntouched();
    }
  }
}
