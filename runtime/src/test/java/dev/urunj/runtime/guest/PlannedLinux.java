package dev.urunj.runtime.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Boots of a Linux guest as its tests plan them, with what a test sets before.
final class PlannedLinux {
  static final String HEAD = "panic=-1 console=ttyS0 no_timer_check root=/dev/ram0 rw";

  private static final MachineTraits PC =
      new MachineTraits(Architecture.X86_64, "ttyS0", 0x501, List.of(BootProtocol.LINUX));

  final Path directory;
  private final LinuxGuest guest = new LinuxGuest();
  final List<BindMount> mounts = new ArrayList<>();
  List<String> env = List.of("A=1");
  @Nullable GuestNetwork network;
  List<String> sysctls = List.of();

  /// @param directory for files of the node
  PlannedLinux(Path directory) {
    this.directory = directory;
  }

  BootPlan plan(String... args) throws IOException {
    return plan(List.of(args), false);
  }

  /// As an image's `cmdline` is split.
  BootPlan planCmdline(String cmdline) throws IOException {
    return plan(List.of(cmdline.split(" +")), true);
  }

  private BootPlan plan(List<String> args, boolean fromCmdline) throws IOException {
    Workload workload =
        new Workload(
            args,
            env,
            0,
            17,
            List.of(5L),
            "/test_dir",
            "pod",
            sysctls,
            false,
            fromCmdline,
            StandardInput.CONSOLE,
            Confinement.NONE);
    return guest.plan(
        new GuestInput(
            Path.of("/k"),
            "",
            Path.of("/i"),
            workload,
            network,
            MountFiles.of(mounts, new CopyProgress()),
            128,
            2),
        PC);
  }

  static InetAddress ip(String text) throws IOException {
    return InetAddress.getByName(text);
  }

  static GuestNetwork network(String address, int prefix, String gateway) throws IOException {
    return new GuestNetwork(
        "02:00:00:00:00:01",
        1400,
        List.of(new GuestNetwork.Address(ip(address), prefix)),
        List.of(
            new GuestNetwork.Route(ip("10.1.2.0"), prefix, null, false, 0, null),
            new GuestNetwork.Route(ip("0.0.0.0"), 0, ip(gateway), false, 0, null)),
        List.of(),
        new ResolvConf(List.of("10.96.0.10", "fd00::1", "1.1.1.1"), List.of("local"), List.of()),
        PodLocalhost.NONE);
  }

  static String text(BootPlan plan, String path) {
    for (GuestFile file : plan.files()) {
      if (file instanceof GuestFile.Bytes bytes && bytes.path().equals(path)) {
        return new String(bytes.content(), UTF_8);
      }
    }
    throw new AssertionError("no " + path);
  }

  static GuestNetwork strict(GuestNetwork plain) throws IOException {
    GuestNetwork.Address any = new GuestNetwork.Address(ip("0.0.0.0"), 0);
    return new GuestNetwork(
        plain.mac(),
        plain.mtu(),
        plain.addresses(),
        List.of(
            new GuestNetwork.Route(8, ip("10.7.0.0"), 16, 5, 0, null, List.of()),
            new GuestNetwork.Route(
                1,
                ip("0.0.0.0"),
                0,
                -2,
                0,
                null,
                List.of(
                    new GuestNetwork.Hop(ip("fe80::9"), true, 3),
                    new GuestNetwork.Hop(ip("10.1.2.1"), false, 256)))),
        List.of(),
        plain.resolver(),
        plain.localhost(),
        new GuestNetwork.Policy(
            List.of("net/ipv6/conf/eth0/accept_ra 0"),
            List.of("net/ipv4/ping_group_range 0\t5", "net/ipv4/tcp_fin_timeout 7"),
            List.of(
                new GuestNetwork.Rule(7, 100, any, new GuestNetwork.Address(ip("10.8.0.0"), 16)))));
  }

  static GuestNetwork shared(String... nameservers) throws IOException {
    GuestNetwork network = network("10.1.2.3", 24, "10.1.2.1");
    return new GuestNetwork(
        network.mac(),
        network.mtu(),
        network.addresses(),
        network.routes(),
        network.neighbours(),
        new ResolvConf(List.of(nameservers), List.of(), List.of("ndots:5")),
        PodLocalhostTest.BOTH);
  }

  Path source(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }
}
