package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a guest with urunit as its init is told.
class UrunitTest {
  @TempDir private Path directory;
  private PlannedLinux linux;

  @BeforeEach
  void begin() {
    linux = new PlannedLinux(directory);
  }

  @Test
  void urunitGetsSettingsOnTheKernelsCommandLineAndOneLineForTheRest() throws IOException {
    linux.network = PlannedLinux.strict(PlannedLinux.network("10.1.2.3", 26, "10.1.2.1"));
    linux.sysctls = List.of("net/ipv4/tcp_fin_timeout 9");
    BootPlan plan = linux.plan("/urunit", "/bin/app");
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
  void urunitIsToldAsUruncTellsIt() throws IOException {
    linux.network = PlannedLinux.network("10.1.2.3", 24, "169.254.1.1");
    BootPlan plan = linux.plan("/urunit", "/bin/sh", "-c", "echo hi there");
    assertThat(plan.commandLine())
        .isEqualTo(
            PlannedLinux.HEAD
                + " ip=10.1.2.3::169.254.1.1:255.255.255.0:urunc:eth0:off"
                + " URUNIT_CONFIG=/urunit.conf URUNIT_DEFROUTE=1"
                + " rdinit=/urunit -- /bin/sh -c 'echo hi there'");
    assertThat(PlannedLinux.text(plan, "/urunit.conf"))
        .isEqualTo("UES\nA=1\nUEE\nUCS\nUID:0\nGID:17\nWD:/test_dir\nUCE\nUBS\nUBE\n");
    assertThat(plan.exitPort()).isZero();
  }

  @Test
  void urunitIsToldOfLocalhostByIpv4Alone() throws IOException {
    linux.network = PlannedLinux.shared("::1");
    Path hosts = linux.source("hosts", "127.0.0.1 localhost\n");
    linux.mounts.add(new BindMount(hosts, "/etc/hosts", true));
    linux.mounts.add(
        new BindMount(linux.source("resolv", "nameserver ::1\n"), "/etc/resolv.conf", true));
    BootPlan plan = linux.plan("/urunit", "/web");
    assertThat(PlannedLinux.text(plan, "/urunit.conf"))
        .startsWith("UES\nA=1\nURUNJ_POD_LOCALHOST=169.254.223.1\nUEE\n");
    assertThat(PlannedLinux.text(plan, "/etc/hosts"))
        .isEqualTo("127.0.0.1 localhost\n169.254.223.1 pod-localhost\n");
    assertThat(PlannedLinux.text(plan, "/etc/resolv.conf"))
        .isEqualTo("nameserver 169.254.223.1\noptions ndots:5\n");
  }

  @Test
  void urunitCannotBeGivenQuotes() {
    assertThatThrownBy(() -> linux.plan("/urunit", "it's"))
        .hasMessage(
            "process.args[1] \"it's\": expected no quotes or line breaks, urunit cannot be given them");
  }

  @Test
  void quotesInTheImagesCmdlineReachUrunitAsTheirAuthorWroteThem() throws IOException {
    assertThat(linux.planCmdline("/urunit /usr/sbin/nginx -g 'daemon off;'").commandLine())
        .endsWith(" rdinit=/urunit -- /usr/sbin/nginx -g 'daemon off;'");
    assertThat(linux.planCmdline("/urunit /bin/sh -c \"it's  all\" it's").commandLine())
        .endsWith(" -- /bin/sh -c \"it's all\" it's");
  }

  @Test
  void wordsOfTheCmdlineAreCountedAsTheKernelCountsThem() throws IOException {
    assertThat(linux.planCmdline("/urunit \"" + "a ".repeat(40) + "\"").commandLine())
        .endsWith("a \"");
    assertThatThrownBy(() -> linux.planCmdline("/urunit '" + "a ".repeat(40) + "'"))
        .hasMessageContaining("expected at most 31");
  }

  @Test
  void urunitCannotBeGivenLineBreaksInTheEnvironment() {
    linux.env = List.of("A=b\nUEE");
    assertThatThrownBy(() -> linux.plan("/urunit"))
        .hasMessageStartingWith("process.env: \"A=b\\nUEE\"");
  }

  @Test
  void moreWordsThanTheKernelTakesAreRefused() {
    assertThatThrownBy(() -> linux.plan("/urunit", "a ".repeat(40)))
        .hasMessage("process.args: 40 words for urunit; expected at most 31");
  }

  @Test
  void lineOf2048BytesIsRefused() {
    assertThatThrownBy(() -> linux.plan("/urunit", "a".repeat(2000)))
        .hasMessageContaining("expected at most 2047");
  }
}
