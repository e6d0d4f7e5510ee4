package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Docker and nerdctl name no network namespace in the specification: a hook attaches the interface
/// by the process id that the runtime tells it.
@EndToEnd
class HooksEndToEndTest {
  private static final String ATTACH =
      """
      pid=$(sed -n 's/.*"pid": *\\([0-9]*\\).*/\\1/p')
      ip link add hooked type veth peer name eth0 netns $pid
      ip addr add 10.88.0.1/24 dev hooked
      ip link set hooked up
      nsenter -t $pid -n sh -ec '
        ip addr add 10.88.0.2/24 dev eth0
        ip link set eth0 up
        ip route add default via 10.88.0.1'
      echo nameserver 10.88.0.53 >"$1"
      """;

  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @ValueSource(strings = {"prestart", "createRuntime"})
  void networkAttachedByAHookIsTheGuests(String point) throws Exception {
    Path resolver = Files.createFile(Target.scratch().resolve("resolv.conf"));
    Path stopped = Target.scratch().resolve("stopped");
    String serve = "cat /etc/resolv.conf; exec httpd -f -p 80 -h /srv/www";
    BundleBuilder bundle =
        BundleBuilder.linuxWeb()
            .args("/bin/sh", "-c", serve)
            .mount("/etc/resolv.conf", resolver.toString(), "rw")
            .hook(point, "/bin/sh", "-ec", ATTACH, "attach", resolver.toString())
            .hook("poststop", "/bin/sh", "-c", "cat >\"$1\"", "detach", stopped.toString());
    Container guest = stage.urunj().create(bundle).start();
    String page = httpFromHook(guest);
    assertThat(page)
        .contains("address: eth0 10.88.0.2/24\n")
        .contains("route: default via 10.88.0.1 dev eth0");
    assertThat(guest.console()).contains("nameserver 10.88.0.53\n");
    guest.kill("KILL");
    assertThat(stopped).doesNotExist();
    guest.delete();
    assertThat(Files.readString(stopped)).contains("\"id\":\"" + guest.id() + "\"");
    awaitEndOfNamespace();
  }

  /// No process holds the namespace any more; the kernel takes it apart in the background.
  private void awaitEndOfNamespace() throws IOException {
    for (int i = 0; stage.node().run("ip", "link", "show", "hooked").exitCode() == 0; i++) {
      assertThat(i).as("tenths of a second that the namespace has outlived delete").isLessThan(100);
      Node.pause(100);
    }
  }

  private String httpFromHook(Container guest) throws IOException {
    for (int i = 0; i < 300; i++) {
      var result = stage.node().run("curl", "-sSf", "-m", "1", "http://10.88.0.2/");
      if (result.exitCode() == 0) {
        return result.stdout();
      }
      Node.pause(100);
    }
    throw new AssertionError("no HTTP: " + guest.console());
  }
}
