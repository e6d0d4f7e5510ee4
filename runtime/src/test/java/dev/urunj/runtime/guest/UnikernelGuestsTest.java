package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The exact command lines of the guests that are no Linux. Their syntax is urunc's, and each
/// guest's own where urunc's loses something.
class UnikernelGuestsTest {
  private static final MachineTraits PC =
      new MachineTraits(Architecture.X86_64, "ttyS0", 0x501, List.of(BootProtocol.MULTIBOOT));

  private List<String> env = List.of();
  private String version = "0.18.0";
  private @Nullable Path initrd;
  private @Nullable GuestNetwork network = network("10.1.2.3", 26, "10.1.2.1");

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static GuestNetwork network(String address, int prefix, String gateway) {
    return new GuestNetwork(
        "02:00:00:00:00:01",
        1400,
        List.of(new GuestNetwork.Address(ip(address), prefix)),
        List.of(new GuestNetwork.Route(ip("0.0.0.0"), 0, ip(gateway), false, 0, null)),
        List.of(),
        new ResolvConf(
            List.of("10.96.0.10", "fd00::1", "1.1.1.1"),
            List.of("team.svc.cluster.local", "svc.cluster.local"),
            List.of()),
        PodLocalhost.NONE);
  }

  private BootPlan plan(Guest guest, String... args) throws IOException {
    Workload workload =
        new Workload(
            List.of(args),
            env,
            1000,
            1000,
            List.of(),
            "/",
            "pod-1",
            List.of(),
            false,
            false,
            StandardInput.CONSOLE,
            Confinement.NONE);
    return guest.plan(
        new GuestInput(Path.of("/k"), version, initrd, workload, network, MountFiles.NONE, 64, 1),
        PC);
  }

  @Test
  void unikraftGetsEnvironmentNetworkNamesAndArguments() throws IOException {
    env = List.of("A=1", "B=two words");
    BootPlan plan = plan(new UnikraftGuest(), "nginx", "-c", "/a b");
    assertThat(plan.commandLine())
        .isEqualTo(
            "Unikraft env.vars=[ A=1 \"B=two words\" ]"
                + " netdev.ip=10.1.2.3/26:10.1.2.1:10.96.0.10:1.1.1.1:pod-1:team.svc.cluster.local"
                + " -- nginx -c \"/a b\"");
    assertThat(plan.networks()).containsExactly(new NetworkDevice("02:00:00:00:00:01", 1400));
    assertThat(plan.exitPort()).isZero();
    assertThat(plan.hasInitrd()).isFalse();
    assertThat(plan.notes())
        .containsExactly("search domains behind the first: left out, because Unikraft takes none");
  }

  @Test
  void initrdIsUnikraftsRoot() throws IOException {
    initrd = Path.of("/i");
    network = null;
    BootPlan plan = plan(new UnikraftGuest());
    assertThat(plan.commandLine()).isEqualTo("Unikraft vfs.fstab=[ \"initrd0:/:extract:::\" ]");
    assertThat(plan.imageInitrd()).isEqualTo(initrd);
    assertThat(plan.networks()).isEmpty();
    assertThat(plan.notes()).isEmpty();
  }

  @Test
  void olderUnikraftHasItsOwnParameters() throws IOException {
    version = "0.15.0";
    initrd = Path.of("/i");
    env = List.of("A=1");
    BootPlan plan = plan(new UnikraftGuest(), "web");
    assertThat(plan.commandLine())
        .isEqualTo(
            "Unikraft netdev.ipv4_addr=10.1.2.3 netdev.ipv4_gw_addr=10.1.2.1"
                + " netdev.ipv4_subnet_mask=255.255.255.192 vfs.rootfs=initrd -- web");
    assertThat(plan.notes())
        .containsExactly(
            "the environment: left out, because Unikraft takes none",
            "the name servers: left out, because Unikraft takes none",
            "the search domains: left out, because Unikraft takes none");
  }

  @ParameterizedTest
  @CsvSource({
    "'', true",
    "latest, true",
    "0.16.1, true",
    "0.16.2-rc1, true",
    "0.17, true",
    "1, true",
    "0.16.0, false",
    "0.16, false",
    "0.9.3, false",
    "0, false"
  })
  void versionChoosesUnikraftsSyntax(String given, boolean lists) {
    assertThat(UnikraftGuest.hasLists(given)).isEqualTo(lists);
  }

  @Test
  void whatUnikraftCannotQuoteIsSaid() throws IOException {
    env = List.of("A=say \"no\"", "B=line\nbreak", "C=[1]", "D=it's");
    BootPlan plan = plan(new UnikraftGuest(), "sh", "\"x\"");
    assertThat(plan.commandLine())
        .startsWith("Unikraft env.vars=[ \"C=[1]\" \"D=it's\" ] netdev.ip=")
        .endsWith(" -- sh \"x\"");
    assertThat(plan.notes())
        .contains(
            "the variable A: left out, because Unikraft cannot take a quotation mark or a line break"
                + " in it",
            "the variable B: left out, because Unikraft cannot take a quotation mark or a line break"
                + " in it",
            "process.args: one has a quotation mark or a line break, which Unikraft takes apart");
  }

  @Test
  void mewzGetsAddressAndGatewayAlone() throws IOException {
    env = List.of("A=1");
    initrd = Path.of("/i");
    BootPlan plan = plan(new MewzGuest(), "web");
    assertThat(plan.commandLine()).isEqualTo("ip=10.1.2.3/26 gateway=10.1.2.1");
    assertThat(plan.exitPort()).isEqualTo(0x501);
    assertThat(plan.hasInitrd()).isFalse();
    assertThat(plan.notes())
        .containsExactly(
            "the program's arguments: left out, because Mewz takes none",
            "the environment: left out, because Mewz takes none",
            "the image's initrd: left out, because Mewz takes none",
            "the name servers: left out, because Mewz takes none",
            "the search domains: left out, because Mewz takes none");
  }

  @Test
  void hermitGetsAddressGatewayAndArguments() throws IOException {
    initrd = Path.of("/app");
    BootPlan plan = plan(new HermitGuest(), "web", "--port", "a b");
    assertThat(plan.commandLine()).isEqualTo("ip=10.1.2.3/26 gateway=10.1.2.1 -- web --port a b");
    assertThat(plan.imageInitrd()).isEqualTo(initrd);
    assertThat(plan.notes())
        .contains("process.args: one has white space, where Hermit takes it apart");
  }

  @Test
  void withoutNetworkNothingIsSaidOfOne() throws IOException {
    network = null;
    assertThat(plan(new MewzGuest()).commandLine()).isEmpty();
    assertThat(plan(new HermitGuest()).commandLine()).isEmpty();
    assertThat(plan(new HermitGuest(), "web").commandLine()).isEqualTo("-- web");
  }

  @Test
  void restOfTheNetworkIsSaid() throws IOException {
    network =
        new GuestNetwork(
            "02:00:00:00:00:01",
            1500,
            List.of(
                new GuestNetwork.Address(ip("10.1.2.3"), 32),
                new GuestNetwork.Address(ip("fd00::2"), 64)),
            List.of(
                new GuestNetwork.Route(ip("0.0.0.0"), 0, ip("169.254.1.1"), true, 0, null),
                new GuestNetwork.Route(ip("10.9.0.0"), 16, ip("169.254.1.1"), true, 0, null)),
            List.of(),
            ResolvConf.EMPTY,
            PodLocalhost.NONE);
    assertThat(plan(new HermitGuest()).notes())
        .containsExactly(
            "addresses behind 10.1.2.3/32: left out, because Hermit takes none",
            "routes beside the default one: left out, because Hermit takes none",
            "the gateway 169.254.1.1 lies outside of 10.1.2.3/32; Hermit may not reach it");
  }

  @Test
  void podWithIpv6AloneHasNoNetworkForThem() throws IOException {
    network =
        new GuestNetwork(
            "02:00:00:00:00:01",
            1500,
            List.of(new GuestNetwork.Address(ip("fd00::2"), 64)),
            List.of(),
            List.of(),
            ResolvConf.EMPTY,
            PodLocalhost.NONE);
    assertThat(plan(new MewzGuest()).notes())
        .containsExactly("Mewz takes no IPv6 address, and the pod has no other: it has no network");
  }

  @Test
  void longLineIsRefused() {
    env = List.of("LONG=" + "x".repeat(9000));
    assertThatThrownBy(() -> plan(new UnikraftGuest()))
        .hasMessageMatching("kernel command line: \\d+ bytes; expected at most 8191");
  }

  @Test
  void mirageGetsAddressGatewayAndArgumentsAsItsParserTakesThemApart() throws IOException {
    env = List.of("A=1");
    BootPlan plan = plan(new MirageGuest(), "--hello=a b", "it's", "c\\d", "say \"e\"", "", "-v");
    assertThat(plan.commandLine())
        .isEqualTo(
            "--ipv4=10.1.2.3/26 --ipv4-gateway=10.1.2.1 \"--hello=a b\" \"it's\" \"c\\\\d\""
                + " \"say \\\"e\\\"\" -v");
    assertThat(plan.networks()).containsExactly(new NetworkDevice("02:00:00:00:00:01", 1400));
    assertThat(plan.exitPort()).isEqualTo(0x501);
    assertThat(plan.notes())
        .containsExactly(
            "the environment: left out, because MirageOS takes none",
            "the name servers: left out, because MirageOS takes none",
            "the search domains: left out, because MirageOS takes none",
            "process.args: an empty one is left out, because MirageOS takes none");
  }

  @Test
  void mirageWithoutNetworkGetsItsArgumentsAlone() throws IOException {
    network = null;
    assertThat(plan(new MirageGuest(), "--hello=x").commandLine()).isEqualTo("--hello=x");
    assertThat(plan(new MirageGuest()).commandLine()).isEmpty();
  }

  @Test
  void rumprunGetsOneObject() throws IOException {
    env = List.of("A=1", "B=two words");
    BootPlan plan = plan(new RumprunGuest(), "redis-server", "/data/conf");
    assertThat(plan.commandLine())
        .isEqualTo(
            "{\"cmdline\":\"redis-server /data/conf\",\"env\":\"A=1\",\"env\":\"B=two words\","
                + "\"net\":{\"if\":\"ukvmif0\",\"cloner\":\"True\",\"type\":\"inet\","
                + "\"method\":\"static\",\"addr\":\"10.1.2.3\",\"mask\":\"26\",\"gw\":\"10.1.2.1\"}}");
    network = network("10.1.2.3", 32, "169.254.1.1");
    assertThat(plan(new RumprunGuest(), "x").commandLine()).contains("\"mask\":\"1\"");
    network = null;
    assertThat(plan(new RumprunGuest(), "x").commandLine())
        .isEqualTo("{\"cmdline\":\"x\",\"env\":\"A=1\",\"env\":\"B=two words\"}");
  }

  @Test
  void rumprunRefusesWhatItsReaderWouldTakeForSomethingElse() {
    assertThatThrownBy(() -> plan(new RumprunGuest(), "say \"x\""))
        .hasMessage(
            "process.args: has a quotation mark, a backslash or a control character, which Rumprun"
                + " cannot be given");
    env = List.of("A=\\n");
    assertThatThrownBy(() -> plan(new RumprunGuest(), "x")).hasMessageStartingWith("process.env: ");
  }
}
