package dev.urunj.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Standard input of a container without a terminal.
@EndToEnd
class InputEndToEndTest {
  private static final int BYTES = 300_000;
  private static final String ASK =
      "dd bs=1 count=5 2>/dev/null; echo; sha256sum </dev/stdin; cat; echo \"end $?\"";

  @RegisterExtension final Stage stage = new Stage();

  /// From the very first byte, which is there long before the guest is, to the end.
  @ParameterizedTest
  @ValueSource(strings = {"cat %s | %s >%s", "%2$s <%1$s 1<>%3$s"})
  void inputArrivesWholeAndEnds(String line) throws Exception {
    byte[] rest = new byte[BYTES];
    new Random(17).nextBytes(rest);
    Path scratch = Target.scratch();
    Path input = scratch.resolve("input");
    byte[] whole = new byte[BYTES + 5];
    System.arraycopy("first".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, whole, 0, 5);
    System.arraycopy(rest, 0, whole, 5, BYTES);
    Files.write(input, whole);
    Path output = scratch.resolve("output");
    run(line, input, output, "/bin/sh", "-c", ASK);
    String said = Files.readString(output, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(said).contains("first\n" + sha256(rest) + "  -\nend 0\n");
    assertThat(said.split("first", -1)).as("nothing is echoed").hasSize(2);
  }

  /// Of a program that is not root.
  private Result run(String line, Path input, Path output, String... args) throws IOException {
    Path bundle = BundleBuilder.linuxWeb(stage.pod("pod")).user(1000, 1000).args(args).build();
    String run =
        String.join(" ", stage.urunj().line("run", "--bundle", bundle.toString(), Target.unique()));
    Result result = stage.node().run("sh", "-ec", line.formatted(input, run, output));
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    stage.urunj().assertNothingLeft();
    return result;
  }

  /// The kernel of Debian 12 has the driver as a module, and without that none. Debian 13's has it
  /// built in, so a guest without any module reads its input there.
  @Test
  void guestWithoutTheDriverReadsAnEndAndSaysSo() throws Exception {
    BundleBuilder builder =
        BundleBuilder.linuxWeb(); // without an interface, whose driver is a module too
    Path initrd = builder.copiedRootfs().resolve("unikernel/initrd");
    boolean isModule =
        Files.readString(initrd, java.nio.charset.StandardCharsets.ISO_8859_1)
            .contains("/virtio_console.ko\n");
    withoutModules(initrd);
    Path bundle = builder.args("/bin/sh", "-c", "cat; echo \"end $?\"").build();
    String run =
        String.join(" ", stage.urunj().line("run", "--bundle", bundle.toString(), Target.unique()));
    Result result = stage.node().run("sh", "-ec", "echo hello | " + run);
    assertThat(result.stdout()).contains("end 0\n");
    if (isModule) {
      assertThat(result.stdout())
          .contains("standard input ends at once: no port of virtio_console: no such device")
          .doesNotContain("hello");
    } else {
      assertThat(result.stdout()).contains("hello\n");
    }
    stage.urunj().assertNothingLeft();
  }

  /// An archive behind the image's own replaces the list of modules, as an image without it would.
  private static void withoutModules(Path initrd) throws IOException {
    Path root = Target.scratch();
    Files.createDirectories(root.resolve("etc/urunj"));
    Files.writeString(root.resolve("etc/urunj/modules"), "# none\n");
    Path whole = Target.scratch().resolve("initrd");
    dev.urunj.testkit.Programs.run(
            java.time.Duration.ofSeconds(30),
            java.util.List.of(
                "sh",
                "-ec",
                "cd \"$1\"; { cat \"$2\"; printf etc/urunj/modules | cpio --quiet -o -H newc; } >\"$3\"",
                "sh",
                root.toString(),
                initrd.toString(),
                whole.toString()))
        .orFail();
    Files.delete(initrd);
    Files.move(whole, initrd);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of()
        .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
