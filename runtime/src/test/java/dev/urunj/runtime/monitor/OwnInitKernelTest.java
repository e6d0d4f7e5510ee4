package dev.urunj.runtime.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.guest.BindMount;
import dev.urunj.runtime.guest.Confinement;
import dev.urunj.runtime.guest.CopyProgress;
import dev.urunj.runtime.guest.GuestInput;
import dev.urunj.runtime.guest.GuestMount;
import dev.urunj.runtime.guest.GuestNetwork;
import dev.urunj.runtime.guest.MountFiles;
import dev.urunj.runtime.guest.PodLocalhost;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.guest.Workload;
import dev.urunj.runtime.monitor.qemu.Qmp;
import dev.urunj.testkit.Needs;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images of urunc's that set their machine up themselves, and modules as distributions ship them,
/// in a real guest under a real QEMU.
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
      "gzip"
    },
    files = {"/dev/net/tun"})
class OwnInitKernelTest {
  /// As the engines' sets, which do not let a container mount: they are not for an init of its own.
  private static final Confinement WITHOUT_CAPABILITIES =
      new Confinement(List.of(), new Confinement.Capabilities(0, 0, 0, 0, 0), 022, false, false);

  /// What urunc's images do, and end with the first thing that fails.
  private static final String SET_UP =
      """
      #!/bin/sh -e
      mount -t proc proc /proc
      mount -t sysfs sys /sys
      mount -t devtmpfs dev /dev
      mkdir /dev/pts
      ln -s /proc/self/fd /dev/fd
      for m in $(sed -n 's/^insmod=//p' /etc/drivers); do insmod /lib/modules/$m.ko; done
      ip=$(sed 's/.* ip=\\([0-9.]*\\):.*/\\1/' /proc/cmdline)
      gw=$(sed 's/.* ip=[0-9.]*::\\([0-9.]*\\):.*/\\1/' /proc/cmdline)
      sed 's/.* -- /words: /' /proc/cmdline
      echo "args: $@ of $COLOUR"
      ip link set lo up
      ip link set eth0 up
      ip addr add $ip/32 dev eth0
      ip route add $gw dev eth0
      ip route add default via $gw
      """;

  @TempDir private static Path imageDirectory;
  private static Path image = Path.of("");
  @TempDir private Path directory;
  private final List<GuestMount> mounts = new ArrayList<>();

  @BeforeAll
  static void packImage() throws Exception {
    image = Machine.image(imageDirectory);
  }

  private static GuestNetwork network() throws Exception {
    return new GuestNetwork(
        "02:00:00:00:00:07",
        1400,
        List.of(
            new GuestNetwork.Address(InetAddress.getByName("10.1.2.3"), 32),
            new GuestNetwork.Address(InetAddress.getByName("fd00::3"), 64)),
        List.of(
            new GuestNetwork.Route(
                InetAddress.getByName("0.0.0.0"),
                0,
                InetAddress.getByName("169.254.1.1"),
                false,
                0,
                null),
            new GuestNetwork.Route(
                8, InetAddress.getByName("10.66.0.0"), 16, 0, 0, null, List.of())),
        List.of(),
        ResolvConf.EMPTY,
        PodLocalhost.NONE);
  }

  private Machine start(Path initrd, String... args) throws Exception {
    Workload workload =
        new Workload(
            List.of(args),
            List.of("PATH=/bin", "COLOUR=blue"),
            0,
            0,
            List.of(),
            "/",
            "guest-1",
            List.of(),
            false,
            false,
            StandardInput.NONE,
            WITHOUT_CAPABILITIES);
    return Machine.start(
        directory,
        new GuestInput(
            image.resolve("kernel"),
            "",
            initrd,
            workload,
            network(),
            MountFiles.of(mounts, new CopyProgress()),
            128,
            1));
  }

  /// The image's initrd, changed by a script that runs in its root.
  private Path changed(String script) throws Exception {
    Path initrd = directory.resolve("changed");
    String all =
        "mkdir $0/root && cd $0/root && busybox cpio -idm --quiet <$1; "
            + script
            + "; find . | busybox cpio -o --quiet -H newc >$2";
    Process process =
        new ProcessBuilder(
                "sh",
                "-ec",
                all,
                directory.toString(),
                image.resolve("initrd").toString(),
                initrd.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
    return initrd;
  }

  private void mountProgram(String place, String script) throws Exception {
    Path program = Files.writeString(directory.resolve("program"), script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    mounts.add(new BindMount(program, place, true));
  }

  @Test
  void initThatSetsItsMachineUpFindsNothingInItsWay() throws Exception {
    Files.writeString(directory.resolve("drivers"), "");
    mounts.add(new BindMount(directory.resolve("drivers"), "/etc/drivers", true));
    mountProgram("/opt/start", SET_UP + "ip -4 route; ip -6 addr show dev eth0; echo DO''NE\n");
    try (Machine machine = start(image.resolve("initrd"), "/opt/start", "-x", "a b")) {
      assertThat(machine.status()).as("%s", machine.console()).isZero();
      assertThat(machine.console())
          .contains("\nwords: -x 'a b'\n")
          .contains("\nargs: -x a b of blue\n")
          .contains("\ndefault via 169.254.1.1 dev eth0 \n")
          .contains("prohibit 10.66.0.0/16")
          .contains("inet6 fd00::3/64 scope global")
          .contains("DONE\n")
          .doesNotContain("urunj-init:");
    }
  }

  @Test
  void interfaceAndButtonThatComeWithTheProgramAreTakenUpWhenTheyCome() throws Exception {
    Path initrd =
        changed(
            "sed -n 's|/lib/modules/\\(.*\\).ko|insmod=\\1|p' etc/urunj/modules >etc/drivers; rm etc/urunj/modules");
    mountProgram(
        "/opt/start",
        SET_UP
            + "trap 'echo got TERM; exit 5' TERM\n"
            + "until ip -6 addr show dev eth0 | grep -q fd00::3; do sleep 0.1; done\n"
            + "ip -4 route; cat /sys/class/net/eth0/mtu; echo DO''NE\n"
            + "while :; do sleep 0.1; done\n");
    try (Machine machine = start(initrd, "/opt/start")) {
      machine.await("end of the script", () -> console(machine).contains("DONE\n"));
      assertThat(console(machine))
          .containsOnlyOnce(
              "urunj-init: starting without the interface (is its driver in /etc/urunj/modules?), it may come: 02:")
          .containsOnlyOnce("urunj-init: the interface has come, and is configured")
          .contains("\ndefault via 169.254.1.1 dev eth0 \n")
          .contains("prohibit 10.66.0.0/16")
          .contains("\n1400\nDONE\n");
      try (Qmp control = machine.control()) {
        control.systemPowerdown();
      }
      assertThat(machine.status()).as("%s", machine.console()).isEqualTo(5);
    }
  }

  /// Debian 12's kernel reads plain modules alone, Debian 13's every format.
  @Test
  void moduleIsLoadedFromWhateverFileItHasOrItIsSaidWhich() throws Exception {
    Path initrd =
        changed(
            "for m in evdev button; do xz -f --check=crc32 lib/modules/$m.ko; done;"
                + " gzip -n <lib/modules/virtio_net.ko >lib/modules/virtio_net.ko.gz; rm lib/modules/virtio_net.ko; head -c 300 lib/modules/evdev.ko.xz >lib/cut.ko.xz;"
                + " printf '/lib/cut.ko\n/lib/none.ko.zst\n' >>etc/urunj/modules");
    mountProgram("/opt/start", "#!/bin/sh\ncut -d' ' -f1 /proc/modules; echo DO''NE\n");
    try (Machine machine = start(initrd, "/opt/start")) {
      assertThat(machine.status()).as("%s", machine.console()).isZero();
      String console = console(machine);
      for (String module : List.of("evdev", "button", "virtio_net")) {
        boolean loaded = console.contains("\n" + module + "\n");
        boolean said =
            console.contains(
                "cannot load the module (not whole, or this kernel reads none in "
                    + (module.equals("virtio_net") ? "gzip" : "xz")
                    + "): /lib/modules/"
                    + module
                    + ".ko\n");
        assertThat(loaded).as("%s in %s", module, console).isNotEqualTo(said);
      }
      assertThat(console)
          .contains("reads none in xz): /lib/cut.ko\n")
          .contains("cannot load the module: /lib/none.ko.zst: no such file or directory\n");
    }
  }

  private static String console(Machine machine) {
    try {
      return machine.console().replace("\r", "");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
