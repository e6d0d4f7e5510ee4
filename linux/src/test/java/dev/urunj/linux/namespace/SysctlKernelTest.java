package dev.urunj.linux.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.Needs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"ip", "sysctl"})
class SysctlKernelTest {
  private TestNetns one;
  private TestNetns other;

  @BeforeEach
  void open() throws Exception {
    one = TestNetns.create();
    other = TestNetns.create();
  }

  @AfterEach
  void close() throws Exception {
    other.close();
    one.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "net/ipv4/conf/lo/route_localnet",
        "net/ipv4/conf/lo/accept_local",
        "net/ipv6/conf/lo/disable_ipv6",
        "net/ipv6/conf/all/forwarding"
      })
  void settingIsThatOfTheThreadsNamespace(String name) throws Exception {
    String before = one.call(() -> Sysctl.read(name));
    String changed = before.equals("0") ? "1" : "0";
    one.run(() -> Sysctl.write(name, changed));
    assertThat(one.call(() -> Sysctl.read(name))).isEqualTo(changed);
    assertThat(one.shell("sysctl -n " + name).strip()).isEqualTo(changed);
    assertThat(other.call(() -> Sysctl.read(name))).isEqualTo(before);
  }

  @Test
  void settingOfALinkWithADotInItsNameIsFound() throws Exception {
    one.shell("ip link add eth0.7 type veth peer name peer0");
    one.run(() -> Sysctl.write("net/ipv4/conf/eth0.7/arp_filter", "1"));
    assertThat(one.shell("sysctl -n net/ipv4/conf/eth0.7/arp_filter").strip()).isEqualTo("1");
  }

  @Test
  void valueThatTheKernelDoesNotTakeIsRefused() {
    assertThatThrownBy(() -> one.run(() -> Sysctl.write("net/ipv4/ip_forward", "yes")))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }
}
