package dev.urunj.runtime.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxGuestTest {
  private static final String HEAD = "panic=-1 console=ttyS0 no_timer_check root=/dev/ram0 rw";

  private static final MachineTraits PC =
      new MachineTraits(Architecture.X86_64, "ttyS0", 0x501, List.of(BootProtocol.LINUX));

  @TempDir private Path directory;
  private final LinuxGuest guest = new LinuxGuest();
  private final List<BindMount> mounts = new ArrayList<>();
  private List<String> env = List.of("A=1");
  private @Nullable GuestNetwork network;
  private List<String> sysctls = List.of();

  private BootPlan plan(String... args) throws IOException {
    return plan(List.of(args), false);
  }

  /// As an image's `cmdline` is split.
  private BootPlan planCmdline(String cmdline) throws IOException {
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

  private static InetAddress ip(String text) throws IOException {
    return InetAddress.getByName(text);
  }

  private static GuestNetwork network(String address, int prefix, String gateway)
      throws IOException {
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

  private static String text(BootPlan plan, String path) {
    for (GuestFile file : plan.files()) {
      if (file instanceof GuestFile.Bytes bytes && bytes.path().equals(path)) {
        return new String(bytes.content(), UTF_8);
      }
    }
    throw new AssertionError("no " + path);
  }

  @Test
  void nothingOfArgumentsAndEnvironmentIsOnTheLine() throws IOException {
    env = Collections.nCopies(200, "SERVICE_PORT=tcp://10.0.0.1:80");
    BootPlan plan = plan("/bin/sh", "-c", "a 'b' \"c\"\n");
    assertThat(plan.commandLine()).isEqualTo(HEAD + " rdinit=/.urunj/init");
    assertThat(text(plan, "/.urunj/guest.conf"))
        .startsWith(
            "urunj=1\0exit-port=1281\0hostname=pod\0uid=0\0gid=17\0group=5\0cwd=/test_dir\0")
        .endsWith("\0arg=/bin/sh\0arg=-c\0arg=a 'b' \"c\"\n\0end=\0");
  }

  @Test
  void networkIsToldToTheInitAndToThoseWhoReadTheLine() throws IOException {
    network = network("10.1.2.3", 26, "10.1.2.1");
    BootPlan plan = plan("/web");
    assertThat(plan.commandLine())
        .isEqualTo(
            HEAD
                + " ip=10.1.2.3::10.1.2.1:255.255.255.192:urunc:eth0:off:10.96.0.10:1.1.1.1"
                + " rdinit=/.urunj/init");
    assertThat(text(plan, "/.urunj/guest.conf"))
        .contains(
            "\0mac=02:00:00:00:00:01\0mtu=1400\0address=0a010203/26\0route=1 0a010200/26 0 0 - - 0 1\0"
                + "route=1 00000000/0 0 0 - 0a010201 0 1\0");
    assertThat(text(plan, "/.urunj/mounts/0"))
        .isEqualTo("nameserver 10.96.0.10\nnameserver fd00::1\nnameserver 1.1.1.1\nsearch local\n");
    assertThat(plan.networks()).containsExactly(new NetworkDevice("02:00:00:00:00:01", 1400));
  }

  @Test
  void gatewayOutsideTheSubnetIsOnLink() throws IOException {
    network = network("10.1.2.3", 32, "169.254.1.1");
    assertThat(text(plan("/web"), "/.urunj/guest.conf"))
        .contains("\0route=1 00000000/0 0 0 - a9fe0101 1 1\0");
  }

  private static GuestNetwork strict(GuestNetwork plain) throws IOException {
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

  @Test
  void whatHoldsInThePodIsInTheRecords() throws IOException {
    network = strict(network("10.1.2.3", 26, "10.1.2.1"));
    sysctls = List.of("net/ipv4/tcp_fin_timeout 9");
    assertThat(text(plan("/web"), "/.urunj/guest.conf"))
        .contains("\0setting=net/ipv6/conf/eth0/accept_ra 0\0")
        .contains("\0rule=7 100 00000000/0 0a080000/16\0")
        .contains("\0route=8 0a070000/16 5 0 -\0")
        .contains(
            "\0route=1 00000000/0 4294967294 0 - fe800000000000000000000000000009 1 3"
                + " 0a010201 1 256\0")
        .contains("\0sysctl=net/ipv4/ping_group_range 0\t5\0")
        .contains("\0sysctl=net/ipv4/tcp_fin_timeout 9\0")
        .doesNotContain("tcp_fin_timeout 7");
  }

  @Test
  void urunitGetsSettingsOnTheKernelsCommandLineAndOneLineForTheRest() throws IOException {
    network = strict(network("10.1.2.3", 26, "10.1.2.1"));
    sysctls = List.of("net/ipv4/tcp_fin_timeout 9");
    BootPlan plan = plan("/urunit", "/bin/app");
    assertThat(plan.commandLine())
        .contains(" sysctl.net.ipv6.conf.eth0.accept_ra=0 ")
        .contains(" sysctl.net.ipv4.ping_group_range=\"0\t5\" ")
        .contains(" sysctl.net.ipv4.tcp_fin_timeout=9 ")
        .doesNotContain("tcp_fin_timeout=7");
    assertThat(plan.notes())
        .contains(
            "an image with urunit has the pod's first address and default gateway of IPv4, and none"
                + " of the pod's routes and rules that forbid");
  }

  @Test
  void argumentsAreOnTheKernelsCommandLineWhereTheyCanBe() throws IOException {
    assertThat(plan("/init", "-x", "a b").commandLine())
        .endsWith(" rdinit=/.urunj/init -- -x 'a b'");
    assertThat(plan("/init").commandLine()).endsWith(" rdinit=/.urunj/init");
    assertThat(plan("/init", "it's").commandLine()).endsWith(" rdinit=/.urunj/init");
    assertThat(plan("/init", "a\nb").commandLine()).endsWith(" rdinit=/.urunj/init");
    assertThat(plan("/init", "x".repeat(3000)).commandLine()).endsWith(" rdinit=/.urunj/init");
    String[] many = new String[33];
    java.util.Arrays.fill(many, "x");
    assertThat(plan(many).commandLine()).endsWith(" rdinit=/.urunj/init");
  }

  @Test
  void routesWithoutGatewayComeFirst() throws IOException {
    network =
        new GuestNetwork(
            "02:00:00:00:00:01",
            0,
            List.of(new GuestNetwork.Address(ip("fd00::2"), 64)),
            List.of(
                new GuestNetwork.Route(ip("::"), 0, ip("fe80::1"), false, 0, null),
                new GuestNetwork.Route(ip("fd01::"), 64, null, false, 1300, ip("fd00::2"))),
            List.of(),
            ResolvConf.EMPTY,
            PodLocalhost.NONE);
    String fd01 = "fd01" + "0".repeat(28);
    String fd00 = "fd00" + "0".repeat(27) + "2";
    String fe80 = "fe80" + "0".repeat(27) + "1";
    BootPlan plan = plan("/web");
    assertThat(text(plan, "/.urunj/guest.conf"))
        .contains(
            "\0route=1 "
                + fd01
                + "/64 0 1300 "
                + fd00
                + " - 0 1\0route=1 "
                + "0".repeat(32)
                + "/0 0 0 - "
                + fe80
                + " 0 1\0");
    assertThat(plan.commandLine()).doesNotContain("ip=");
  }

  @Test
  void mountsAreStagedAndTheMountedResolvConfWins() throws IOException {
    network = network("10.1.2.3", 24, "10.1.2.1");
    Path file = Files.writeString(directory.resolve("r"), "nameserver 9.9.9.9\n");
    mounts.add(new BindMount(file, "/etc/resolv.conf", false));
    mounts.add(new BindMount(directory, "/data", true));
    BootPlan plan = plan("/web");
    assertThat(text(plan, "/.urunj/guest.conf"))
        .contains("\0bind=0 rw /etc/resolv.conf\0bind=1 ro /data\0");
    assertThat(plan.files())
        .endsWith(
            new GuestFile.Directory("/.urunj/mounts", 0700, 0, 0),
            new GuestFile.Tree("/.urunj/mounts/0", file, "/etc/resolv.conf", false),
            new GuestFile.Tree("/.urunj/mounts/1", directory, "/data", false));
  }

  @Test
  void nulByteInAnArgumentIsRefused() {
    assertThatThrownBy(() -> plan("/x", "a\0b"))
        .hasMessage("process: arg \"a\\u0000b\" holds a NUL byte; expected none");
  }

  @Test
  void noProgramIsRefused() {
    assertThatThrownBy(() -> plan()).hasMessageStartingWith("process.args: empty");
  }

  @Test
  void urunitIsToldAsUruncTellsIt() throws IOException {
    network = network("10.1.2.3", 24, "169.254.1.1");
    BootPlan plan = plan("/urunit", "/bin/sh", "-c", "echo hi there");
    assertThat(plan.commandLine())
        .isEqualTo(
            HEAD
                + " ip=10.1.2.3::169.254.1.1:255.255.255.0:urunc:eth0:off"
                + " URUNIT_CONFIG=/urunit.conf URUNIT_DEFROUTE=1"
                + " rdinit=/urunit -- /bin/sh -c 'echo hi there'");
    assertThat(text(plan, "/urunit.conf"))
        .isEqualTo("UES\nA=1\nUEE\nUCS\nUID:0\nGID:17\nWD:/test_dir\nUCE\nUBS\nUBE\n");
    assertThat(plan.exitPort()).isZero();
  }

  private static GuestNetwork shared(String... nameservers) throws IOException {
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

  private Path source(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  @Test
  void localhostOfThePodIsInEnvironmentAndHosts() throws IOException {
    network = shared("10.1.2.1");
    assertThat(text(plan("/web"), "/.urunj/guest.conf"))
        .contains(
            "\0env=A=1\0env=URUNJ_POD_LOCALHOST=169.254.223.1"
                + "\0env=URUNJ_POD_LOCALHOST6=fd75:0:0:0:0:0:0:1\0")
        .contains(
            "\0line=/etc/hosts 169.254.223.1 pod-localhost"
                + "\0line=/etc/hosts fd75:0:0:0:0:0:0:1 pod-localhost\0");
  }

  @Test
  void linesOfHostsGoIntoTheMountThatHoldsIt() throws IOException {
    network = shared("10.1.2.1");
    mounts.add(new BindMount(directory, "/etc", true));
    mounts.add(new BindMount(source("hosts", ""), "/etc/hosts", true));
    mounts.add(new BindMount(directory, "/etc/hosts.d", true));
    assertThat(text(plan("/web"), "/.urunj/guest.conf"))
        .contains("\0line=/.urunj/mounts/1 169.254.223.1 pod-localhost\0");
    mounts.remove(1);
    assertThat(text(plan("/web"), "/.urunj/guest.conf"))
        .contains("\0line=/.urunj/mounts/0/hosts 169.254.223.1 pod-localhost\0");
  }

  @Test
  void mountedResolverOnLoopbackIsReplacedOnTheLineAndInTheFile() throws IOException {
    network = shared("127.0.0.11", "10.1.2.1");
    mounts.add(
        new BindMount(source("resolv", "nameserver 127.0.0.11\n"), "/etc/resolv.conf", true));
    BootPlan plan = plan("/web");
    assertThat(plan.commandLine()).contains(":eth0:off:169.254.223.1:10.1.2.1 ");
    assertThat(text(plan, "/.urunj/mounts/0"))
        .isEqualTo("nameserver 169.254.223.1\nnameserver 10.1.2.1\noptions ndots:5\n");
    assertThat(text(plan, "/.urunj/guest.conf"))
        .contains("\0bind=0 ro /etc/resolv.conf\0")
        .doesNotContain("bind=1");
    assertThat(plan.notes()).isEmpty();
  }

  @Test
  void mountedResolverThatCanBeReachedStaysTheFileItIs() throws IOException {
    network = shared("10.1.2.1");
    Path file = source("resolv", "nameserver 10.1.2.1\n");
    mounts.add(new BindMount(file, "/etc/resolv.conf", true));
    assertThat(plan("/web").files())
        .contains(new GuestFile.Tree("/.urunj/mounts/0", file, "/etc/resolv.conf", false));
  }

  @Test
  void unreachableResolverIsANote() throws IOException {
    GuestNetwork alone = network("10.1.2.3", 24, "10.1.2.1");
    network =
        new GuestNetwork(
            alone.mac(),
            0,
            alone.addresses(),
            alone.routes(),
            List.of(),
            new ResolvConf(List.of("127.0.0.53"), List.of(), List.of()),
            PodLocalhost.NONE);
    assertThat(plan("/web").notes())
        .containsExactly(
            "nameserver \"127.0.0.53\": the guest cannot reach a loopback address of its pod");
  }

  @Test
  void addressThatIsLentIsTheGuestsButNotOnTheLineAndNotForUrunit() throws IOException {
    PodLocalhost both = PodLocalhostTest.BOTH;
    network =
        new GuestNetwork(
            "02:00:00:00:00:01",
            0,
            List.of(new GuestNetwork.Address(InetAddress.ofLiteral("fd00::2"), 64)),
            List.of(),
            List.of(),
            ResolvConf.EMPTY,
            new PodLocalhost(both.ipv4(), both.ipv6(), Inet4Address.ofLiteral("169.254.223.254")));
    BootPlan plan = plan("/web");
    assertThat(text(plan, "/.urunj/guest.conf")).contains("\0address=a9fedffe/32\0");
    assertThat(plan.commandLine()).doesNotContain("169.254");
    assertThat(text(plan("/urunit", "/web"), "/urunit.conf")).doesNotContain("169.254");
  }

  @Test
  void urunitIsToldOfLocalhostByIpv4Alone() throws IOException {
    network = shared("::1");
    Path hosts = source("hosts", "127.0.0.1 localhost\n");
    mounts.add(new BindMount(hosts, "/etc/hosts", true));
    mounts.add(new BindMount(source("resolv", "nameserver ::1\n"), "/etc/resolv.conf", true));
    BootPlan plan = plan("/urunit", "/web");
    assertThat(text(plan, "/urunit.conf"))
        .startsWith("UES\nA=1\nURUNJ_POD_LOCALHOST=169.254.223.1\nUEE\n");
    assertThat(text(plan, "/etc/hosts"))
        .isEqualTo("127.0.0.1 localhost\n169.254.223.1 pod-localhost\n");
    assertThat(text(plan, "/etc/resolv.conf"))
        .isEqualTo("nameserver 169.254.223.1\noptions ndots:5\n");
  }

  @Test
  void urunitCannotBeGivenQuotes() {
    assertThatThrownBy(() -> plan("/urunit", "it's"))
        .hasMessage(
            "process.args[1] \"it's\": expected no quotes or line breaks, urunit cannot be given them");
  }

  @Test
  void quotesInTheImagesCmdlineReachUrunitAsTheirAuthorWroteThem() throws IOException {
    assertThat(planCmdline("/urunit /usr/sbin/nginx -g 'daemon off;'").commandLine())
        .endsWith(" rdinit=/urunit -- /usr/sbin/nginx -g 'daemon off;'");
    assertThat(planCmdline("/urunit /bin/sh -c \"it's  all\" it's").commandLine())
        .endsWith(" -- /bin/sh -c \"it's all\" it's");
  }

  @Test
  void wordsOfTheCmdlineAreCountedAsTheKernelCountsThem() throws IOException {
    assertThat(planCmdline("/urunit \"" + "a ".repeat(40) + "\"").commandLine()).endsWith("a \"");
    assertThatThrownBy(() -> planCmdline("/urunit '" + "a ".repeat(40) + "'"))
        .hasMessageContaining("expected at most 31");
  }

  @Test
  void urunitCannotBeGivenLineBreaksInTheEnvironment() {
    env = List.of("A=b\nUEE");
    assertThatThrownBy(() -> plan("/urunit")).hasMessageStartingWith("process.env: \"A=b\\nUEE\"");
  }

  @Test
  void moreWordsThanTheKernelTakesAreRefused() {
    assertThatThrownBy(() -> plan("/urunit", "a ".repeat(40)))
        .hasMessage("process.args: 40 words for urunit; expected at most 31");
  }

  @Test
  void lineOf2048BytesIsRefused() {
    assertThatThrownBy(() -> plan("/urunit", "a".repeat(2000)))
        .hasMessageContaining("expected at most 2047");
  }

  @Test
  void arm64HasItsOwnConsole() throws IOException {
    Workload workload =
        new Workload(
            List.of("/x"),
            List.of(),
            0,
            0,
            List.of(),
            "/",
            "",
            List.of(),
            true,
            false,
            StandardInput.CONSOLE,
            Confinement.NONE);
    BootPlan plan =
        new LinuxGuest()
            .plan(
                new GuestInput(Path.of("/k"), "", null, workload, null, MountFiles.NONE, 128, 1),
                new MachineTraits(Architecture.AARCH64, "ttyAMA0", 0, List.of(BootProtocol.LINUX)));
    assertThat(plan.commandLine()).isEqualTo("panic=-1 console=ttyAMA0 rdinit=/.urunj/init");
    assertThat(text(plan, "/.urunj/guest.conf")).contains("\0tty=/dev/ttyAMA0\0");
    assertThat(plan.exitPort()).isZero();
    assertThat(plan.hasInitrd()).isTrue();
  }
}
