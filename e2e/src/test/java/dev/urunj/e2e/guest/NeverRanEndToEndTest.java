package dev.urunj.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Only what the guest's init says is success: a guest that is reset, whatever the reason, failed.
@EndToEnd
class NeverRanEndToEndTest {
  private static final Duration BOOT = Duration.ofSeconds(90);
  private static final String LINE = "urunj: the guest was reset before its program had ended: ";
  private static final int FAILURE = 125;

  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @ValueSource(strings = {"c", "b"})
  void resetBehindTheProgramsBackIsAFailure(String key) throws Exception {
    Container guest =
        run(
            BundleBuilder.linuxWeb(stage.pod("pod"))
                .args("/bin/sh", "-c", "echo ran; echo " + key + " >/proc/sysrq-trigger; sleep 9"));
    assertThat(guest.console()).contains("ran\n");
    assertThat(guest.console().contains("Kernel panic - not syncing: sysrq"))
        .isEqualTo(key.equals("c"));
    guest.delete();
  }

  @ParameterizedTest
  @ValueSource(strings = {"initrd cut", "initrd random"})
  void imageThatCannotBootIsAFailure(String damage) throws Exception {
    BundleBuilder bundle = BundleBuilder.linuxWeb(stage.pod("pod"));
    String[] words = damage.split(" ");
    Path file = bundle.copiedRootfs().resolve("unikernel/" + words[0]);
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = Arrays.copyOf(whole, whole.length / 3);
    if (words[1].equals("random")) {
      new Random(20).nextBytes(damaged);
    }
    Files.delete(file);
    Files.write(file, damaged);
    run(bundle.args("/bin/true")).delete();
  }

  private Container run(BundleBuilder bundle) throws IOException {
    Container guest = stage.urunj().create(bundle).start();
    assertThat(guest.exitStatus(BOOT)).as(guest.console()).isEqualTo(FAILURE);
    assertThat(guest.console()).contains(LINE);
    assertThat(guest.console().substring(guest.console().indexOf(LINE)).lines()).hasSize(1);
    return guest;
  }

  @Test
  void memoryThatCannotHoldKernelAndInitrdIsRefusedAtCreate() throws Exception {
    Container refused =
        stage
            .urunj()
            .tryCreate(
                Target.unique(),
                BundleBuilder.linuxWeb(stage.pod("pod")).memory(64L << 20).build());
    assertThat(refused.awaitCreate(BOOT)).isEqualTo(1);
    assertThat(refused.stderr())
        .containsPattern(
            "linux.resources.memory.limit: the guest's memory is 64 MiB; its kernel unpacks up to"
                + " \\d+ MiB and its initrd takes \\d+ MiB twice, packed and unpacked;"
                + " expected at least \\d+ MiB");
    stage.urunj().forget(refused);
  }
}
