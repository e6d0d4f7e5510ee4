package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/// `/.urunj/guest.conf`, what our init is told: records `key=value`, each ended by one NUL byte, so
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

  void add(GuestNetwork network) throws IOException {
    add("mac", network.mac());
    if (network.mtu() > 0) {
      add("mtu", Integer.toString(network.mtu()));
    }
    for (GuestNetwork.Address address : network.addresses()) {
      add("address", hex(address.ip()) + "/" + address.prefix());
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
  }

  private void addRoutes(GuestNetwork network, boolean withGateway) throws IOException {
    for (GuestNetwork.Route route : network.routes()) {
      InetAddress gateway = route.gateway();
      String to = hex(route.destination()) + "/" + route.prefix();
      if (gateway == null && !withGateway) {
        add("route", to + " - 0" + extras(route));
      } else if (gateway != null && withGateway) {
        boolean onlink = route.onlink() || network.isOffRoutes(gateway);
        add("route", to + " " + hex(gateway) + (onlink ? " 1" : " 0") + extras(route));
      }
    }
  }

  private static String extras(GuestNetwork.Route route) {
    InetAddress source = route.source();
    if (source == null) {
      return route.mtu() == 0 ? "" : " " + route.mtu();
    }
    return " " + route.mtu() + " " + hex(source);
  }

  byte[] end() throws IOException {
    add("end", "");
    return bytes.toByteArray();
  }

  private void write(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes.write(utf8, 0, utf8.length);
  }

  private static String hex(InetAddress ip) {
    StringBuilder hex = new StringBuilder(32);
    for (byte b : ip.getAddress()) {
      hex.append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
    }
    return hex.toString();
  }
}
