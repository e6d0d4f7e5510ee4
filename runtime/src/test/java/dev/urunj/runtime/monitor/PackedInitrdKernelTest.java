package dev.urunj.runtime.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.guest.BindMount;
import dev.urunj.runtime.guest.Confinement;
import dev.urunj.runtime.guest.CopyProgress;
import dev.urunj.runtime.guest.GuestInput;
import dev.urunj.runtime.guest.GuestMount;
import dev.urunj.runtime.guest.MountFiles;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.guest.Workload;
import dev.urunj.testkit.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Images whose initrd is packed, in a real guest under a real QEMU.
@Needs(
    root = true,
    programs = {
      "qemu-system-x86_64",
      "unshare",
      "nsenter",
      "perl",
      "ip",
      "busybox",
      "dpkg-deb",
      "apt-get",
      "xz",
      "zstd",
      "lz4",
      "bzip2"
    },
    files = {"/dev/net/tun"})
class PackedInitrdKernelTest {
  @TempDir private static Path imageDirectory;
  private static Path image = Path.of("");
  @TempDir private Path directory;

  @BeforeAll
  static void packImage() throws Exception {
    image = Machine.image(imageDirectory);
  }

  private Machine start(String packing, List<GuestMount> mounts, String... args) throws Exception {
    Workload workload =
        new Workload(
            List.of(args),
            List.of("PATH=/bin"),
            0,
            0,
            List.of(),
            "/",
            "",
            List.of(),
            false,
            false,
            StandardInput.CONSOLE,
            Confinement.NONE);
    return Machine.start(
        directory,
        new GuestInput(
            image.resolve("kernel"),
            "",
            packed(packing),
            workload,
            null,
            MountFiles.of(mounts, new CopyProgress()),
            128,
            1));
  }

  private Path packed(String packing) throws Exception {
    Path packed = directory.toRealPath().resolve("packed");
    Process pack =
        new ProcessBuilder("sh", "-c", packing)
            .redirectInput(image.resolve("initrd").toFile())
            .redirectOutput(packed.toFile())
            .start();
    assertThat(pack.waitFor()).isZero();
    return packed;
  }

  /// All that the kernel knows, as its documentation wants them.
  @ParameterizedTest
  @ValueSource(
      strings = {"gzip", "xz --check=crc32", "xz --format=lzma", "zstd -q", "lz4 -l", "bzip2"})
  void initrdOfTheImageIsPackedAsTheKernelLikes(String packing) throws Exception {
    try (Machine machine = start(packing, List.of(), "/bin/sh", "-c", "echo unpacked; exit 3")) {
      assertThat(machine.status()).as(machine.console()).isEqualTo(3);
      assertThat(machine.console()).contains("unpacked\n");
    }
  }

  /// gzip can be looked into, xz cannot.
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "xz --check=crc32"})
  void mountsBelowLinksOfTheImageLeaveTheLinks(String packing) throws Exception {
    Path urunit =
        Files.writeString(
            directory.resolve("urunit"),
            "#!/bin/sh\nreadlink /var/run; cat /run/secrets/x/token /tmp/a/b/token; "
                + "stat -c %a /tmp /tmp/a /run/secrets; poweroff -f\n");
    Files.setPosixFilePermissions(urunit, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path token = Files.writeString(directory.resolve("token"), "token\n");
    List<GuestMount> mounts =
        List.of(
            new BindMount(urunit, "/opt/urunit", true),
            new BindMount(token, "/var/run/secrets/x/token", true),
            new BindMount(token, "/tmp/a/b/token", true));
    try (Machine machine = start(packing, mounts, "/opt/urunit")) {
      assertThat(machine.status()).isZero();
      assertThat(machine.console().replace("\r", ""))
          .contains("../run\ntoken\ntoken\n1777\n755\n755\n");
    }
  }
}
