package dev.urunj.runtime.network;

import dev.urunj.runtime.oci.BadInputException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Nets that an operator prefers for the aliases of the pod fabric, under which a guest finds what
/// is its pod's: `169.254.99.0/24 fd00:99::/120`. If one collides with something in a pod, the next
/// one counts, and after the last one the fabric's own.
///
/// @param nets their first addresses; an IPv4 net has 24 bits, an IPv6 net 120
public record AliasNets(List<InetAddress> nets) {
  static final int MOST = 8;

  private static final String FORM =
      "at most " + MOST + " nets, of 24 bits for IPv4 and 120 for IPv6, as 169.254.99.0/24";

  /// Keeps a copy.
  public AliasNets {
    nets = List.copyOf(nets);
  }

  /// Reads the words of the configuration, or what [#text] wrote.
  ///
  /// @param where,key for messages
  /// @param text empty for none
  public static AliasNets parse(String where, String key, String text) throws BadInputException {
    List<InetAddress> nets = new ArrayList<>();
    int end = 0;
    for (int start = 0; start < text.length(); start = end + 1) {
      int space = text.indexOf(' ', start);
      end = space < 0 ? text.length() : space;
      if (end > start) {
        InetAddress net = nets.size() < MOST ? net(text.substring(start, end)) : null;
        if (net == null) {
          throw new BadInputException(where, key, "is " + BadInputException.quote(text), FORM);
        }
        nets.add(net);
      }
    }
    return new AliasNets(nets);
  }

  private static @Nullable InetAddress net(String word) {
    int slash = word.indexOf('/');
    if (slash < 0) {
      return null;
    }
    try {
      InetAddress address = InetAddress.ofLiteral(word.substring(0, slash));
      byte[] bytes = address.getAddress();
      boolean isNet =
          word.substring(slash).equals(bytes.length == 4 ? "/24" : "/120")
              && bytes[bytes.length - 1] == 0;
      boolean isHosts =
          bytes[0] != 0 && !address.isLoopbackAddress() && !address.isMulticastAddress();
      return isNet && isHosts ? address : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /// All of them, as [#parse] reads it.
  public String text() {
    StringBuilder text = new StringBuilder();
    for (InetAddress net : nets) {
      text.append(text.isEmpty() ? "" : " ").append(net.getHostAddress());
      text.append(net.getAddress().length == 4 ? "/24" : "/120");
    }
    return text.toString();
  }
}
