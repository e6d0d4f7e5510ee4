package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Command;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A caller's umask says what is private of the files that the caller makes. A monitor that runs as
/// the image's user needs to get through its own root, and others are not to write to the state.
@EndToEnd
class UmaskEndToEndTest {
  private static final Duration POWER_DOWN = Duration.ofSeconds(60);

  @RegisterExtension final Stage stage = new Stage();

  /// The kernel is one that only root may read, as distributions install it.
  @ParameterizedTest
  @ValueSource(strings = {"0777", "0000"})
  void guestOfAnotherUserRunsWhateverTheUmaskOfTheCallerIs(String umask) throws Exception {
    Pod pod = stage.pod("pod");
    Path hooked = Target.scratch().resolve("umask");
    BundleBuilder bundle =
        BundleBuilder.linuxWeb(pod)
            .user(1000, 1000)
            .args("/bin/sh", "-c", "echo uid $(id -u); exit 5")
            .hook("createRuntime", "/bin/sh", "-c", "umask >\"$1\"", "hook", hooked.toString());
    Path kernel = bundle.copiedRootfs().resolve("unikernel/kernel");
    Path own = Files.copy(kernel, kernel.resolveSibling("own"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
    bundle.contractFile(true, "binary", "/unikernel/own");
    Path directory = bundle.build();
    String run =
        "umask " + umask + "; bundle=$1; shift; exec \"$@\" run --bundle \"$bundle\" guest";
    List<String> words = new ArrayList<>(List.of("sh", "-c", run, "sh", directory.toString()));
    words.addAll(stage.urunj().line());
    Command command = Command.begin(stage.node(), Target.scratch().resolve("run"), words);
    assertThat(command.await()).as(command.stdout() + command.stderr()).isEqualTo(5);
    assertThat(command.stdout()).contains("uid 1000");
    assertThat(command.isReaped(POWER_DOWN)).isTrue();
    assertThat(Files.readString(hooked)).isEqualTo(umask + "\n");
    assertThat(stage.node().sh("stat -c %A " + Urunj.ROOT)).doesNotMatch("(?s).{5}w.*|.{8}w.*");
  }
}
