package dev.urunj.runtime.network;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.SettingDefaults;
import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.netlink.RoutingRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the pod's namespace lets its processes do on the network, translated for a guest whose
/// interface is `eth0`. Read in that namespace.
///
/// @param settings `NAME VALUE`, for the guest to have before its interface is up: what the pod's
///   interface takes from its neighbours, and whether it has IPv6 at all
/// @param sysctls `NAME VALUE`: those that an orchestrator lets a pod choose, where they differ
///   from the kernel's defaults
/// @param forbidding rules that forbid, for packets of any kind
/// @param notes what a guest does not follow
public record PodPolicy(
    List<String> settings, List<String> sysctls, List<RoutingRule> forbidding, List<String> notes) {

  public static final PodPolicy NONE = new PodPolicy(List.of(), List.of(), List.of(), List.of());

  private static final String IPV4 = "net/ipv4/conf/";
  private static final String IPV6 = "net/ipv6/conf/";
  private static final String[] GUEST_LINKS = {"default/", "eth0/"};

  /// What of a router advertisement is taken, with the kernel's defaults: net/ipv6/addrconf.c.
  private static final String[][] OF_ADVERTISEMENTS = {
    {"accept_ra_defrtr", "1"},
    {"accept_ra_pinfo", "1"},
    {"accept_ra_mtu", "1"},
    {"accept_ra_rtr_pref", "1"},
    {"accept_ra_rt_info_max_plen", "0"},
    {"autoconf", "1"},
    {"use_tempaddr", "0"}
  };

  /// Those that Kubernetes calls safe, and others that act on a pod's own sockets alone, with the
  /// kernel's defaults: `tcp_sk_init` of net/ipv4/tcp_ipv4.c and its neighbours.
  private static final SettingDefaults SYSCTLS =
      new SettingDefaults(
          "net/core/somaxconn 4096",
          "net/ipv4/ip_local_port_range 32768\t60999",
          "net/ipv4/ip_local_reserved_ports ",
          "net/ipv4/ip_nonlocal_bind 0",
          "net/ipv4/ip_unprivileged_port_start 1024",
          "net/ipv4/ping_group_range 1\t0",
          "net/ipv4/tcp_fin_timeout 60",
          "net/ipv4/tcp_keepalive_intvl 75",
          "net/ipv4/tcp_keepalive_probes 9",
          "net/ipv4/tcp_keepalive_time 7200",
          "net/ipv4/tcp_mtu_probing 0",
          "net/ipv4/tcp_retries2 15",
          "net/ipv4/tcp_rmem 4096\t131072\t6291456",
          "net/ipv4/tcp_slow_start_after_idle 1",
          "net/ipv4/tcp_syncookies 1",
          "net/ipv4/tcp_tw_reuse 2",
          "net/ipv4/tcp_wmem 4096\t16384\t4194304");

  public PodPolicy {
    settings = List.copyOf(settings);
    sysctls = List.copyOf(sysctls);
    forbidding = List.copyOf(forbidding);
    notes = List.copyOf(notes);
  }

  /// Reads it in the namespace of the calling thread, which is the socket's.
  public static PodPolicy read(RouteSocket socket, PodInterface pod) throws IOException {
    List<String> settings = new ArrayList<>();
    addIpv6(settings, pod.link().name());
    addRedirects(settings, pod.link().name());
    List<RoutingRule> forbidding = new ArrayList<>();
    List<String> notes = new ArrayList<>(pod.notes());
    divide(socket.rules(), forbidding, notes);
    return new PodPolicy(settings, chosen(), forbidding, notes);
  }

  private static void addIpv6(List<String> settings, String link) throws IOException {
    String disabled = Sysctl.find(IPV6 + link + "/disable_ipv6");
    if (!"0".equals(disabled)) { // null on a node without IPv6
      addForLinks(settings, IPV6, "disable_ipv6", "1");
    }
    if (!"0".equals(Sysctl.find(IPV6 + "lo/disable_ipv6"))) {
      settings.add(IPV6 + "lo/disable_ipv6 1");
    }
    boolean forwards = isOn(IPV6 + link + "/forwarding");
    String acceptRa = Sysctl.find(IPV6 + link + "/accept_ra");
    if (!"2".equals(acceptRa) && (forwards || !"1".equals(acceptRa))) {
      addForLinks(settings, IPV6, "accept_ra", "0");
      addForLinks(settings, IPV6, "autoconf", "0");
    } else {
      for (String[] each : OF_ADVERTISEMENTS) {
        String value = Sysctl.find(IPV6 + link + "/" + each[0]);
        if (value != null && !value.equals(each[1])) {
          addForLinks(settings, IPV6, each[0], value);
        }
      }
    }
    if (forwards || !isOn(IPV6 + link + "/accept_redirects")) {
      addForLinks(settings, IPV6, "accept_redirects", "0");
    }
    if ("1".equals(Sysctl.find(IPV6 + link + "/addr_gen_mode"))) { // no link-local address
      addForLinks(settings, IPV6, "addr_gen_mode", "1");
    }
  }

  /// `IN_DEV_RX_REDIRECTS` of include/linux/inetdevice.h.
  private static void addRedirects(List<String> settings, String link) throws IOException {
    boolean all = isOn(IPV4 + "all/accept_redirects");
    boolean own = isOn(IPV4 + link + "/accept_redirects");
    boolean taken = isOn(IPV4 + link + "/forwarding") ? all && own : all || own;
    if (!taken) {
      settings.add(IPV4 + "all/accept_redirects 0");
      addForLinks(settings, IPV4, "accept_redirects", "0");
    }
  }

  private static void addForLinks(List<String> settings, String family, String name, String value) {
    for (String link : GUEST_LINKS) {
      settings.add(family + link + name + " " + value);
    }
  }

  private static boolean isOn(String name) throws ErrnoException {
    @Nullable String value = Sysctl.find(name);
    return value != null && !value.equals("0");
  }

  private static List<String> chosen() throws IOException {
    List<@Nullable String> values = new ArrayList<>();
    for (String name : SYSCTLS.names()) {
      values.add(Sysctl.find(name));
    }
    return SYSCTLS.differing(values);
  }

  /// A guest has a main table and no other, and rules that forbid.
  private static void divide(
      List<RoutingRule> rules, List<RoutingRule> forbidding, List<String> notes) {
    List<String> others = new ArrayList<>();
    for (RoutingRule rule : rules) {
      if (rule.isOrdinary()) {
        continue;
      }
      if (rule.forbids() && !rule.selective()) {
        forbidding.add(rule);
      } else {
        others.add(words(rule));
      }
    }
    if (!others.isEmpty()) {
      notes.add(
          "the guest follows the routes of the pod's main table, and not the pod's rules beyond it ("
              + String.join(", ", PodRoutes.some(others))
              + ")");
    }
  }

  private static String words(RoutingRule rule) {
    return (rule.family() == 2 ? "IPv4" : "IPv6")
        + " priority "
        + Integer.toUnsignedString(rule.priority())
        + (rule.action() == RoutingRule.FR_ACT_TO_TBL
            ? ": table " + Integer.toUnsignedString(rule.table())
            : ": action " + rule.action());
  }
}
