package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `/.urunj/guest.conf`, which our init reads: records `key=value`, each ended by one NUL byte, so
/// that every byte but NUL survives in a value. The first is `urunj=1`, the last `end=`. The keys
/// are listed at the head of src/main/c/guest-init/main.c, which reads them.
final class GuestConf {
  private static final String HEX = "0123456789abcdef";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);

  GuestConf() throws IOException {
    add("urunj", "1");
  }

  /// Adds one setting.
  ///
  /// @throws IOException when the value holds a NUL byte, which no argument or variable can
  void add(String key, String value) throws IOException {
    if (value.indexOf('\0') >= 0) {
      throw new IOException(
          "process: " + key + " " + Quoted.of(value) + " holds a NUL byte; expected none");
    }
    write(key);
    bytes.write('=');
    write(value);
    bytes.write(0);
  }

  /// Adds the interface and what holds for it.
  ///
  /// @param own the container's settings, `NAME VALUE`, which win over the pod's
  void add(GuestNetwork network, List<String> own) throws IOException {
    add("mac", network.mac());
    if (network.mtu() > 0) {
      add("mtu", Integer.toString(network.mtu()));
    }
    for (String setting : network.policy().settings()) {
      add("setting", setting);
    }
    for (GuestNetwork.Rule rule : network.policy().rules()) {
      add(
          "rule",
          rule.action()
              + " "
              + Integer.toUnsignedString(rule.priority())
              + " "
              + hex(rule.source())
              + " "
              + hex(rule.destination()));
    }
    for (GuestNetwork.Address address : network.addresses()) {
      add("address", hex(address));
    }
    InetAddress lent = network.localhost().lent();
    if (lent != null) {
      add("address", hex(lent) + "/32");
    }
    addRoutes(network, false);
    addRoutes(network, true);
    for (GuestNetwork.Neighbour neighbour : network.neighbours()) {
      add("neighbour", hex(neighbour.ip()) + " " + neighbour.mac());
    }
    for (String sysctl : network.policy().sysctls()) {
      if (!isSet(sysctl, own)) {
        add("sysctl", sysctl);
      }
    }
  }

  void add(BindMount mount, int stage) throws IOException {
    long flags = mount.flags() & ~MountOptions.READ_ONLY;
    String mode = (mount.readOnly() ? " ro" : " rw") + (flags == 0 ? "" : "," + flags);
    add("bind", stage + mode + " " + mount.destination());
  }

  void add(TmpfsMount mount) throws IOException {
    MountOptions options = mount.options();
    String data = options.data().isEmpty() ? "-" : options.data();
    String copy = options.copyUp() ? " 1 " : " 0 ";
    add("tmpfs", options.flags() + copy + data + " " + mount.destination());
  }

  void add(Confinement confinement) throws IOException {
    if (confinement.readOnlyRoot()) {
      add("read-only", "1");
    }
    for (Confinement.Rlimit limit : confinement.rlimits()) {
      String values = unsigned(limit.soft()) + " " + unsigned(limit.hard());
      add("rlimit", limit.resource() + " " + values);
    }
    if (confinement.umask() != Confinement.DEFAULT_UMASK) {
      add("umask", Integer.toString(confinement.umask()));
    }
    Confinement.Capabilities sets = confinement.capabilities();
    if (sets != null) {
      StringBuilder text = new StringBuilder(unsigned(sets.bounding()));
      text.append(' ').append(unsigned(sets.effective()));
      text.append(' ').append(unsigned(sets.permitted()));
      text.append(' ').append(unsigned(sets.inheritable()));
      text.append(' ').append(unsigned(sets.ambient()));
      add("capabilities", text.toString());
    }
    if (confinement.noNewPrivileges()) {
      add("no-new-privileges", "1");
    }
  }

  private static String unsigned(long value) {
    return Long.toUnsignedString(value);
  }

  /// Whether a setting of the same name is among others.
  static boolean isSet(String setting, List<String> others) {
    String name = setting.substring(0, setting.indexOf(' ') + 1);
    for (String other : others) {
      if (other.startsWith(name)) {
        return true;
      }
    }
    return false;
  }

  private void addRoutes(GuestNetwork network, boolean withGateway) throws IOException {
    for (GuestNetwork.Route route : network.routes()) {
      if (route.isDirect() != withGateway) {
        add("route", text(network, route));
      }
    }
  }

  private static String text(GuestNetwork network, GuestNetwork.Route route) {
    InetAddress source = route.source();
    StringBuilder text = new StringBuilder(64);
    text.append(route.type()).append(' ');
    text.append(hex(route.destination())).append('/').append(route.prefix()).append(' ');
    text.append(Integer.toUnsignedString(route.metric())).append(' ').append(route.mtu());
    text.append(' ').append(source == null ? "-" : hex(source));
    for (GuestNetwork.Hop hop : route.hops()) {
      InetAddress gateway = hop.gateway();
      boolean onlink = gateway != null && (hop.onlink() || network.isOffRoutes(gateway));
      text.append(' ').append(gateway == null ? "-" : hex(gateway));
      text.append(onlink ? " 1 " : " 0 ").append(hop.weight());
    }
    return text.toString();
  }

  byte[] end() throws IOException {
    add("end", "");
    return bytes.toByteArray();
  }

  private void write(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes.write(utf8, 0, utf8.length);
  }

  private static String hex(GuestNetwork.Address address) {
    return hex(address.ip()) + "/" + address.prefix();
  }

  private static String hex(InetAddress ip) {
    StringBuilder hex = new StringBuilder(32);
    for (byte b : ip.getAddress()) {
      hex.append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
    }
    return hex.toString();
  }
}
