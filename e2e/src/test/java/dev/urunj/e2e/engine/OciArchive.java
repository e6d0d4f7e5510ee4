package dev.urunj.e2e.engine;

import dev.urunj.e2e.stage.GuestImage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The images of the tests as OCI archives, packed by `images/oci-archive`.
final class OciArchive {
  /// The image of [GuestImage#linuxWeb] with `/bin/web` as its command.
  static final String WEB = "docker.io/urunj/web:e2e";

  /// busybox in an ordinary image.
  static final String BUSYBOX = "docker.io/urunj/busybox:e2e";

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String BUSYBOX_ROOTFS =
      """
      mkdir -p bin etc tmp proc dev sys run
      cp "$(command -v busybox)" bin/busybox
      for applet in sh sleep cat echo tty id; do ln -sf busybox bin/$applet; done
      """;

  private OciArchive() {}

  static Path web() throws IOException {
    return pack(
        GuestImage.linuxWeb(),
        WEB,
        "--cmd",
        "/bin/web",
        "--env",
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  }

  static Path busybox() throws IOException {
    Path rootfs = Files.createDirectories(Target.scratch().resolve("busybox"));
    run("sh", "-ec", "cd \"$1\"\n" + BUSYBOX_ROOTFS, "sh", rootfs.toString());
    return pack(
        rootfs, BUSYBOX, "--entrypoint", "/bin/sh", "--entrypoint", "-c", "--env", "PATH=/bin");
  }

  /// Packs a root file system under a name into a file of its own.
  static Path pack(Path rootfs, String name, String... options) throws IOException {
    Path archive = Target.scratch().resolve("image.tar");
    List<String> command = new ArrayList<>();
    command.add(Target.images().resolve("oci-archive").toString());
    command.addAll(List.of(options));
    command.addAll(List.of(rootfs.toString(), archive.toString(), name));
    run(command.toArray(String[]::new));
    return archive;
  }

  private static void run(String... command) throws IOException {
    Programs.run(TIMEOUT, List.of(command)).orFail();
  }
}
