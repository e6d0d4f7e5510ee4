package dev.urunj.runtime.network.fabric;

import dev.urunj.runtime.network.ActFields;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Reads the acts of the fabric.
public final class FabricActs {
  private static final String SETTINGS = "net/ipv4/conf/lo/";
  private static final int LONGEST = 64;
  private static final int LARGEST_MTU = 65536;

  private FabricActs() {}

  /// As [NetworkActs#read].
  public static @Nullable NetworkAct read(String act, JsonFields fields) throws BadInputException {
    if (act.equals(FabricAct.Classifier.ACT)) {
      return new FabricAct.Classifier(
          ActFields.linkName(fields, "link"),
          ActFields.index(fields, "index"),
          fields.flag("egress"),
          ActFields.tapIndex(fields));
    }
    if (act.equals(FabricAct.Setting.ACT)) {
      return new FabricAct.Setting(
          setting(fields),
          value(fields, "before"),
          value(fields, "value"),
          ActFields.tapIndex(fields));
    }
    if (act.equals(FabricAct.Net.ACT)) {
      InetAddress destination = destination(fields);
      int bits = 8 * destination.getAddress().length;
      LocalNet net =
          new LocalNet(
              destination,
              number(fields, "prefixLength", bits),
              number(fields, "mtu", LARGEST_MTU));
      return new FabricAct.Net(net, ActFields.tapIndex(fields));
    }
    return null;
  }

  private static String setting(JsonFields fields) throws BadInputException {
    String name = fields.string("name");
    boolean right =
        name.startsWith(SETTINGS) && name.length() > SETTINGS.length() && name.length() < LONGEST;
    for (int i = SETTINGS.length(); right && i < name.length(); i++) {
      char c = name.charAt(i);
      right = (c >= 'a' && c <= 'z') || c == '_';
    }
    if (!right) {
      throw fields.bad(
          "name", "is " + BadInputException.quote(name), "a setting below " + SETTINGS);
    }
    return name;
  }

  private static String value(JsonFields fields, String key) throws BadInputException {
    String value = fields.string(key);
    if (value.length() != 1 || value.charAt(0) < '0' || value.charAt(0) > '9') {
      throw fields.bad(key, "is " + BadInputException.quote(value), "0 to 9");
    }
    return value;
  }

  private static int number(JsonFields fields, String key, int most) throws BadInputException {
    long number = fields.number(key);
    if (number < 1 || number > most) {
      throw fields.bad(key, "is " + number, "1 to " + most);
    }
    return (int) number;
  }

  private static InetAddress destination(JsonFields fields) throws BadInputException {
    String text = fields.string("destination");
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      throw fields.bad("destination", "is " + BadInputException.quote(text), "an IP address");
    }
  }
}
