package dev.urunj.runtime.state;

import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.net.InetAddress;

/// Reads those fields of an [Act] that a damaged journal could turn into a change of something that
/// is not the pod's.
final class ActFields {
  private static final String SETTINGS = "net/ipv4/conf/lo/";
  private static final int LONGEST = 64;
  private static final int LARGEST_MTU = 65536;

  private ActFields() {}

  /// Older versions knew only one kind, so their journals do not name it.
  static String qdisc(JsonFields fields) throws BadInputException {
    String kind = fields.optionalString("kind").orElse("ingress");
    if (!kind.equals("ingress") && !kind.equals("clsact")) {
      throw fields.bad("kind", "is " + BadInputException.quote(kind), "ingress or clsact");
    }
    return kind;
  }

  static String setting(JsonFields fields) throws BadInputException {
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

  static String value(JsonFields fields, String key) throws BadInputException {
    String value = fields.string(key);
    if (value.length() != 1 || value.charAt(0) < '0' || value.charAt(0) > '9') {
      throw fields.bad(key, "is " + BadInputException.quote(value), "0 to 9");
    }
    return value;
  }

  static int prefixLength(JsonFields fields, InetAddress destination) throws BadInputException {
    return number(fields, "prefixLength", 8 * destination.getAddress().length);
  }

  static int mtu(JsonFields fields) throws BadInputException {
    return number(fields, "mtu", LARGEST_MTU);
  }

  private static int number(JsonFields fields, String key, int most) throws BadInputException {
    long number = fields.number(key);
    if (number < 1 || number > most) {
      throw fields.bad(key, "is " + number, "1 to " + most);
    }
    return (int) number;
  }

  static InetAddress destination(JsonFields fields) throws BadInputException {
    String text = fields.string("destination");
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      throw fields.bad("destination", "is " + BadInputException.quote(text), "an IP address");
    }
  }
}
