package dev.urunj.runtime.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real guest under a real QEMU, from plan to power-off.
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
      "apt-get"
    },
    files = {"/dev/net/tun"})
class GuestBootKernelTest {
  private static final String PATH = "PATH=/bin";

  @TempDir private static Path imageDirectory;
  private static Path image = Path.of("");
  @TempDir private Path directory;
  private final List<GuestMount> mounts = new ArrayList<>();
  private @Nullable GuestNetwork network;

  private List<String> sysctls = List.of();

  @BeforeAll
  static void packImage() throws Exception {
    image = Machine.image(imageDirectory);
  }

  private Machine start(List<String> args, List<String> env, long uid, String cwd)
      throws Exception {
    return Machine.start(directory, input(args, env, uid, cwd));
  }

  private GuestInput input(List<String> args, List<String> env, long uid, String cwd)
      throws Exception {
    Workload workload =
        new Workload(
            args,
            env,
            uid,
            uid,
            List.of(5L, 6L),
            cwd,
            "guest-1",
            sysctls,
            false,
            false,
            StandardInput.CONSOLE,
            Confinement.NONE);
    return new GuestInput(
        image.resolve("kernel"),
        "",
        image.resolve("initrd"),
        workload,
        network,
        MountFiles.of(mounts, new CopyProgress()),
        128,
        1);
  }

  private void addNetwork() throws Exception {
    network =
        new GuestNetwork(
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
                    InetAddress.getByName("::"),
                    0,
                    InetAddress.getByName("fd00::1"),
                    false,
                    0,
                    null)),
            List.of(),
            new ResolvConf(List.of("10.96.0.10"), List.of("local"), List.of("ndots:5")),
            PodLocalhost.NONE);
  }

  private static String hex(List<String> strings) {
    return HexFormat.of().formatHex((String.join("\0", strings) + "\0").getBytes(UTF_8));
  }

  @Test
  void argumentsAndEnvironmentArriveExactly() throws Exception {
    List<String> env = new ArrayList<>(List.of(PATH, "HOME=/h"));
    for (int i = 0; i < 200; i++) {
      env.add("SVC_" + i + "_PORT=tcp://10.0.0.1:" + i);
    }
    env.addAll(List.of("Q='\"", "N=a\nb", "S=  x  ", "U=ü漢", "E=", "T=\t\u0001\u007f"));
    String script =
        "for f in environ cmdline; do xxd -p /proc/1/$f | tr -d '\\n'; echo; done; poweroff -f";
    List<String> args =
        List.of("sh", "-c", script, "a b", "it's", "\"", "", "x\ny", "-- quiet", "ü", "$HOME\\");

    try (Machine machine = start(args, env, 0, "/")) {
      assertThat(machine.status()).as("%s", machine.console()).isZero();
      assertThat(machine.console())
          .contains("\n" + hex(env) + "\n")
          .contains("\n" + hex(args) + "\n");
    }
  }

  @Test
  void mountsUserAndDirectoryAreTheContainers() throws Exception {
    Path map = Files.createDirectory(directory.resolve("map"));
    Files.createDirectory(map.resolve("..1"));
    Files.writeString(map.resolve("..1/key"), "value\n");
    Files.createSymbolicLink(map.resolve("key"), Path.of("..1/key"));
    Files.setPosixFilePermissions(
        map, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    mounts.add(new BindMount(map, "/etc/map", true));
    mounts.add(new BindMount(map.resolve("..1/key"), "/var/run/secrets/x/token", false));
    addNetwork();
    String script =
        "cat /etc/map/key /run/secrets/x/token /etc/resolv.conf; touch /etc/map/new; "
            + "id; echo home $HOME; pwd; hostname; stat -c %a /tmp /etc; readlink /var/run; ls -A /.urunj; "
            + "ip -o addr show dev eth0; ip route; ip -6 route; cat /sys/class/net/eth0/mtu; "
            + "echo DO''NE; sleep 100";

    try (Machine machine = start(List.of("sh", "-c", script), List.of(PATH), 1000, "/new/dir")) {
      machine.await("end of the script", () -> contains(machine, "DONE\n"));
      assertThat(machine.console())
          .contains("value\nvalue\nnameserver 10.96.0.10\nsearch local\noptions ndots:5\n")
          .contains("touch: /etc/map/new: Read-only file system\n")
          .contains(
              "uid=1000(web) gid=1000(web) groups=5,6\nhome /srv/www\n/new/dir\nguest-1\n1777\n755\n../run\n")
          .contains("mounts\n")
          .contains("inet 10.1.2.3/32 ")
          .contains("inet6 fd00::3/64 ")
          .contains("default via 169.254.1.1 dev eth0 onlink")
          .contains("default via fd00::1 dev eth0")
          .contains("\n1400\nDONE\n")
          .doesNotContain("cannot");
    }
  }

  /// As the runtime says it: a route with a source, and the alias in the place of 127.0.0.11.
  private void shareLocalhost() throws Exception {
    addNetwork();
    GuestNetwork alone = java.util.Objects.requireNonNull(network);
    List<GuestNetwork.Route> routes = new ArrayList<>(alone.routes());
    for (String[] route :
        new String[][] {{"169.254.223.0", "10.1.2.3"}, {"fd75:7275::", "fd00::3"}}) {
      InetAddress net = InetAddress.getByName(route[0]);
      int prefix = net.getAddress().length * 8 - 8;
      routes.add(
          new GuestNetwork.Route(net, prefix, null, false, 0, InetAddress.getByName(route[1])));
    }
    network =
        new GuestNetwork(
            alone.mac(),
            alone.mtu(),
            alone.addresses(),
            routes,
            alone.neighbours(),
            new ResolvConf(List.of("127.0.0.11", "::1"), List.of("local"), List.of()),
            new PodLocalhost(
                Inet4Address.ofLiteral("169.254.223.1"),
                (Inet6Address) InetAddress.ofLiteral("fd75:7275::1")));
  }

  @Test
  void localhostOfThePodIsInRoutesHostsResolverAndEnvironment() throws Exception {
    shareLocalhost();
    Path hosts = Files.writeString(directory.resolve("hosts"), "10.1.2.3 web-0");
    Path resolver = Files.writeString(directory.resolve("resolv"), "nameserver 127.0.0.11\n");
    mounts.add(new BindMount(hosts, "/etc/hosts", true));
    mounts.add(new BindMount(resolver, "/etc/resolv.conf", true));
    String script =
        "cat /etc/hosts /etc/resolv.conf; touch /etc/hosts; env | grep LOCALHOST;"
            + " ip route get 169.254.223.1; ip -6 route get fd75:7275::1; echo DO''NE; sleep 100";

    try (Machine machine = start(List.of("sh", "-c", script), List.of(PATH), 0, "/")) {
      machine.await("end of the script", () -> contains(machine, "DONE\n"));
      assertThat(machine.console())
          .contains(
              """
              10.1.2.3 web-0
              169.254.223.1 pod-localhost
              fd75:7275:0:0:0:0:0:1 pod-localhost
              nameserver 169.254.223.1
              nameserver fd75:7275:0:0:0:0:0:1
              search local
              touch: /etc/hosts: Read-only file system
              """)
          .contains("URUNJ_POD_LOCALHOST=169.254.223.1\n")
          .contains("URUNJ_POD_LOCALHOST6=fd75:7275:0:0:0:0:0:1\n")
          .containsPattern("169\\.254\\.223\\.1 dev eth0 +src 10\\.1\\.2\\.3")
          .containsPattern("fd75:7275::1 (from :: )?dev eth0 .*src fd00::3")
          .doesNotContain("cannot");
    }
    assertThat(hosts).hasContent("10.1.2.3 web-0");
  }

  @Test
  void hostsOfTheImageGetsItsLineToo() throws Exception {
    shareLocalhost();
    String script = "cat /etc/hosts; poweroff -f";
    try (Machine machine = start(List.of("sh", "-c", script), List.of(PATH), 0, "/")) {
      assertThat(machine.status()).as("%s", machine.console()).isZero();
      assertThat(machine.console()).contains("\n169.254.223.1 pod-localhost\n");
    }
  }

  @Test
  void settingsAreMadeAndThoseTheKernelLacksAreSaidAndPassedOver() throws Exception {
    sysctls = List.of("net/ipv4/ip_unprivileged_port_start 0", "net/ipv4/no_such_setting 1");
    List<String> args =
        List.of("sh", "-c", "cat /proc/sys/net/ipv4/ip_unprivileged_port_start; poweroff -f");
    try (Machine machine = start(args, List.of(PATH), 0, "/")) {
      assertThat(machine.status()).isZero();
      assertThat(machine.console())
          .contains("\n0\n")
          .contains("urunj-init: cannot set: /proc/sys/net/ipv4/no_such_setting: no such file");
    }
  }

  @Test
  void powerButtonIsATermForAProgramOfAnyUser() throws Exception {
    String script = "trap 'echo got TERM; exit 5' TERM; echo REA''DY; while :; do sleep 0.1; done";
    try (Machine machine = start(List.of("sh", "-c", script), List.of(PATH), 1000, "/")) {
      machine.await("program", () -> contains(machine, "READY"));
      try (Qmp control = machine.control()) {
        control.systemPowerdown();
      }
      assertThat(machine.status()).as("%s", machine.console()).isEqualTo(5);
      assertThat(machine.console()).contains("got TERM\n");
    }
  }

  @Test
  void webServerAnswersBothFamiliesAndThePowerButtonEndsIt() throws Exception {
    addNetwork();
    long begin = System.nanoTime();
    try (Machine machine = start(List.of("/bin/web"), List.of(PATH, "COLOUR=blue sky"), 0, "/")) {
      machine.await("page", () -> !page(machine, "10.1.2.3").isEmpty());
      System.out.println("first page after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
      assertThat(page(machine, "10.1.2.3"))
          .contains("hostname: guest-1\n", "env: COLOUR=blue sky\n", "address: eth0 fd00::3/64\n");
      assertThat(page(machine, "fd00::3")).contains("hostname: guest-1\n");
      try (Qmp control = machine.control()) {
        assertThat(control.status()).isEqualTo("running");
        control.stop();
        assertThat(control.status()).isEqualTo("paused");
        control.cont();
        control.systemPowerdown();
      }
      assertThat(machine.status()).isZero();
      assertThat(machine.console()).contains("web: power button, going down");
    }
  }

  @Test
  void urunitFindsItsWordsItsFileAndTheMounts() throws Exception {
    Path urunit =
        Files.writeString(
            directory.resolve("urunit"),
            """
            #!/bin/sh
            printf '%s|' "$URUNIT_CONFIG" "$@"; cat /urunit.conf; mount -t proc proc /proc
            cd /proc/sys/net
            cat ipv6/conf/default/accept_ra ipv4/ping_group_range ipv4/tcp_fin_timeout; poweroff -f
            """);
    sysctls = List.of("net/ipv4/tcp_fin_timeout 7");
    network =
        new GuestNetwork(
            "02:00:00:00:00:07",
            0,
            List.of(),
            List.of(),
            List.of(),
            ResolvConf.EMPTY,
            PodLocalhost.NONE,
            new GuestNetwork.Policy(
                List.of("net/ipv6/conf/default/accept_ra 0", "net/ipv6/conf/eth0/accept_ra 0"),
                List.of("net/ipv4/ping_group_range 0\t5"),
                List.of()));
    Files.setPosixFilePermissions(
        urunit, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    mounts.add(new BindMount(urunit, "/opt/urunit", true));
    try (Machine machine =
        start(List.of("/opt/urunit", "/bin/sh", "a b"), List.of(PATH, "A=x y"), 7, "/srv")) {
      assertThat(machine.status()).isZero();
      assertThat(machine.console().replace("\r", ""))
          .contains("/urunit.conf|/bin/sh|'a|b'|UES\nPATH=/bin\nA=x y\nUEE\n")
          .contains("UCS\nUID:7\nGID:7\nWD:/srv\nUCE\nUBS\nUBE\n0\n0\t5\n7\n");
    }
  }

  @Test
  void thousandsOfArgumentsAndVariablesArrive() throws Exception {
    String script = "echo $# ${#LONG} $V19999 $(env | grep -c '^V[0-9]') ${5000}; exit 3";
    List<String> args = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
    for (int i = 1; i <= 5000; i++) {
      args.add("argument" + i);
    }
    List<String> env = new ArrayList<>(List.of(PATH, "LONG=" + "x".repeat(100_000)));
    for (int i = 0; i < 20_000; i++) {
      env.add("V" + i + "=" + i);
    }
    try (Machine machine = start(args, env, 0, "/")) {
      assertThat(machine.status()).as(machine.console()).isEqualTo(3);
      assertThat(machine.console()).contains("5000 100000 19999 20000 argument5000\n");
    }
  }

  /// urunc's machine is QEMU's `pc`, whose kernels may know less than Debian's: neither ACPI nor
  /// interrupts by message.
  @ParameterizedTest
  @ValueSource(strings = {"acpi=off", "pci=nomsi", "acpi=off pci=nomsi"})
  void kernelThatKnowsLittleOfTheMachineHasItsNetworkAndEnds(String words) throws Exception {
    addNetwork();
    List<String> args = List.of("/bin/sh", "-c", "ip -o addr show dev eth0; exit 3");
    try (Machine machine = Machine.start(directory, input(args, List.of(PATH), 0, "/"), words)) {
      assertThat(machine.status()).as(machine.console()).isEqualTo(3);
      assertThat(machine.console()).contains("inet 10.1.2.3/32 ");
    }
  }

  @Test
  void programThatDoesNotExistEndsWithStatus127() throws Exception {
    try (Machine machine = start(List.of("no-such"), List.of(PATH), 0, "/")) {
      assertThat(machine.status()).isEqualTo(127);
      assertThat(machine.console())
          .contains("urunj-init: cannot execute: no-such: no such file or directory\n");
    }
  }

  private static boolean contains(Machine machine, String text) {
    try {
      return machine.console().contains(text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String page(Machine machine, String host) {
    try {
      return machine.outside(
          "timeout",
          "2",
          "bash",
          "-c",
          "exec 9<>/dev/tcp/$0/80 && printf 'GET / HTTP/1.0\r\n\r\n' >&9 && cat <&9",
          host);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
