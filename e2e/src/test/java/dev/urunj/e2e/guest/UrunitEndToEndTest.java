package dev.urunj.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Images that bring `urunit`, an init that knows none of our means. A stand-in has its name.
@EndToEnd
class UrunitEndToEndTest {
  private static final Duration BOOT = Duration.ofSeconds(90);

  @RegisterExtension final Stage stage = new Stage();

  private static final String URUNIT =
      """
      #!/bin/sh
      mount -t proc proc /proc
      echo "limit $(ulimit -n)"; echo "umask $(umask)"; grep -E '^CapBnd' /proc/self/status
      [ -e /scratch ] || echo 'no scratch'; touch /x && echo 'can write'
      echo E''ND; poweroff -f
      """;

  @Test
  void whatUrunitCannotBeGivenIsSaidInOneLineEach() throws Exception {
    Path urunit = Files.writeString(Target.scratch().resolve("urunit"), URUNIT);
    assertThat(urunit.toFile().setExecutable(true, false)).isTrue();
    Pod pod =
        stage.pod("pod", PodSpec.number(1).withPodCommand("ip route add blackhole 198.51.100.1"));
    BundleBuilder bundle =
        BundleBuilder.linuxWeb(pod)
            .args("/opt/urunit")
            .mount("/opt/urunit", urunit.toString(), "ro")
            .filesystem("/scratch", "tmpfs", "size=1m")
            .rlimit("RLIMIT_NOFILE", 12, 12)
            .capabilities(List.of(), List.of(), List.of())
            .edit(spec -> {
              spec.getAsJsonObject("root").addProperty("readonly", true);
              spec.getAsJsonObject("process").addProperty("noNewPrivileges", true);
              spec.getAsJsonObject("process").getAsJsonObject("user").addProperty("umask", 077);
            });
    Container guest = stage.urunj().create(bundle);
    Result started = guest.tryStart();
    started.orFail();
    guest.awaitConsole("END", BOOT);
    assertThat(guest.console().replace("\r", ""))
        .contains("limit 1024\n", "umask 0022\n", "CapBnd:\t000001ffffffffff\n")
        .contains("no scratch\n", "can write\n");
    String notes =
        guest.state().getAsJsonObject("annotations").get("dev.urunj.notes").getAsString();
    for (String said : List.of(notes, started.stderr().replace("\\", ""))) {
      assertThat(said)
          .contains(
              "left out, because urunit cannot be given them: process.rlimits, process.user.umask,"
                  + " process.capabilities, process.noNewPrivileges, root.readonly")
          .contains("mount \"/scratch\" left out: urunit makes no file system in memory")
          .contains("none of the pod's routes and rules that forbid");
    }
    assertThat(guest.exitStatus(BOOT)).isZero();
    guest.delete();
  }
}
