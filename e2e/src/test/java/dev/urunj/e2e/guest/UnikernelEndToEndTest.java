package dev.urunj.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.GuestImage;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Guests without Linux, as urunc's images hold them: the kernel of `images/unikernel`, packed as
/// each kind.
@EndToEnd
class UnikernelEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(5);
  private static final Duration POWER_DOWN = Duration.ofSeconds(20);
  private static final int REFUSED = 7; // curl(1)

  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @CsvSource({
    "unikraft, netdev.ip=, ' -- serve all'",
    "mewz, ip=, ' gateway='",
    "hermit, ip=, ' -- serve all'"
  })
  void unikernelServesTheWorldAndThePodAndIsRestarted(String kind, String address, String end)
      throws Exception {
    Pod pod = stage.pod("pod");
    Container guest = create(pod, kind, "serve", "all").start();
    assertThat(pod.awaitHttp("/", guest))
        .contains("urunj test unikernel", address + pod.address(), end)
        .contains("address: " + pod.address())
        .contains("boot: multiboot", "answers: 1");
    assertThat(inPod(pod, "http://127.0.0.1/").orFail()).contains("answers: 2");
    assertThat(inPod(pod, "http://127.0.0.1:81/").exitCode()).isEqualTo(REFUSED);

    guest.kill("KILL");
    assertThat(guest.exitStatus(MOMENT)).isEqualTo(137);
    guest.delete();
    Container again = create(pod, kind, "serve", "all").start();
    assertThat(pod.awaitHttp("/", again)).contains("answers: 1");

    again.kill("TERM");
    assertThat(again.exitStatus(POWER_DOWN)).isZero();
    assertThat(again.console()).contains("the power button was pressed");
    again.delete();
    pod.assertUntouched();
  }

  /// Only Mewz's machine has a port for a status: QEMU ends with v * 2 + 1.
  @ParameterizedTest
  @CsvSource({"unikraft, 0", "mewz, 15", "hermit, 0"})
  void unikernelEndsByItself(String kind, int status) throws Exception {
    Pod pod = stage.pod("pod");
    Container guest = create(pod, kind, "serve").start();
    pod.awaitHttp("/", guest);
    assertThat(pod.http("/exit/7")).contains("the guest ends");
    assertThat(guest.exitStatus(POWER_DOWN)).as(guest.console()).isEqualTo(status);
    guest.delete();
    pod.assertUntouched();
  }

  @Test
  void environmentReachesUnikraftAndWhatItCannotHaveIsSaid() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle =
        bundle(pod, "unikraft", "serve").env("GREETING=good day").env("BAD=say \"no\"");
    Container guest = stage.urunj().create(bundle).start();
    assertThat(pod.awaitHttp("/", guest)).contains("\"GREETING=good day\"").doesNotContain("BAD=");
    assertThat(guest.state().toString()).contains("the variable BAD: left out");
    guest.end();
  }

  @Test
  void unikernelsOfTwoKindsShareAPod() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder second = bundle(pod, "hermit", "port=8080").annotation("dev.urunj.ports", "8080");
    BundleBuilder first = bundle(pod, "unikraft", "one").annotation("dev.urunj.ports", "80");
    Container one = stage.urunj().create(first).start();
    assertThat(pod.awaitHttp("/", one)).contains("netdev.ip=");
    Container other = stage.urunj().create(second).start();
    other.awaitConsole("unikernel: booted", POWER_DOWN);
    assertThat(inPod(pod, "http://127.0.0.1:8080/").orFail()).contains("-- port=8080");
    assertThat(pod.http("/")).contains("netdev.ip=");
    one.kill("KILL");
    one.delete();
    assertThat(inPod(pod, "http://127.0.0.1:8080/").orFail()).contains("answers: 2");
    other.end();
    pod.assertUntouched();
  }

  private Container create(Pod pod, String kind, String... args) throws IOException {
    return stage.urunj().create(bundle(pod, kind, args));
  }

  private static BundleBuilder bundle(Pod pod, String kind, String... args) throws IOException {
    return BundleBuilder.linuxWeb(pod).rootfs(GuestImage.unikernel(kind)).args(args);
  }

  private static Result inPod(Pod pod, String url) throws IOException {
    return pod.run("curl", "--silent", "--show-error", "--max-time", "10", url);
  }
}
