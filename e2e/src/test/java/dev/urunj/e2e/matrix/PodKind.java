package dev.urunj.e2e.matrix;

import dev.urunj.e2e.stage.PodSpec;
import java.util.ArrayList;
import java.util.List;

/// The pods of the matrix: how the guest is joined, and which families the pod has.
enum PodKind {
  FABRIC(1, "fabric", true, true, true),
  APART(2, "fabric", false, true, true),
  REDIRECT(3, "redirect", true, true, true),
  ONLY_4(4, "fabric", true, true, false),
  ONLY_6(5, "fabric", true, false, true);

  private final int number;
  private final String mode;
  private final boolean localhost;
  private final boolean four;
  private final boolean six;

  PodKind(int number, String mode, boolean localhost, boolean four, boolean six) {
    this.number = number;
    this.mode = mode;
    this.localhost = localhost;
    this.four = four;
    this.six = six;
  }

  /// Of the pod, see [PodSpec#number].
  int number() {
    return number;
  }

  String mode() {
    return mode;
  }

  /// Whether it is to be shared, where the mode can.
  boolean localhost() {
    return localhost;
  }

  /// Whether guest and pod have aliases for each other.
  private boolean hasAliases() {
    return localhost && mode.equals("fabric");
  }

  /// Whether a row exists in it. A pod without IPv4 has a localhost of IPv4, and aliases for it.
  boolean has(MatrixRow row, MatrixProtocol protocol) {
    if (row.to().isAlias() && !hasAliases()) {
      return false;
    }
    boolean isLocal = row.to().isAlias() || row.to() == MatrixRow.Destination.LOCALHOST;
    return protocol.isSix() ? six : four || isLocal;
  }

  /// `10.9.N.0/24` and `fd00:9:N::/64`, the node is 1, the pod is 2. With IPv6 alone as Calico has
  /// it: a prefix of 128 bits and a link-local gateway.
  PodSpec spec() {
    String net = "fd00:9:" + number + "::";
    if (this == ONLY_6) {
      return PodSpec.number(number)
          .withAddresses(net + "2/128")
          .withOnLinkGateway("fe80::ecee:eeff:feee:eeee")
          .withNodeAddresses("fe80::ecee:eeff:feee:eeee/64", net + "1/128");
    }
    return PodSpec.number(number)
        .withAddresses(each("10.9." + number + ".2/24", net + "2/64"))
        .withNodeAddresses(each("10.9." + number + ".1/24", net + "1/64"))
        .withGateways(each("10.9." + number + ".1", net + "1"));
  }

  /// One, the other or both, as the pod has families.
  String[] each(String ofFour, String ofSix) {
    List<String> each = new ArrayList<>();
    if (four) {
      each.add(ofFour);
    }
    if (six) {
      each.add(ofSix);
    }
    return each.toArray(String[]::new);
  }
}
