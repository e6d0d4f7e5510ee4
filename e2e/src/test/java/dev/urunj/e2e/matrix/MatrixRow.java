package dev.urunj.e2e.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Who dials what: a row of the matrix.
record MatrixRow(Place from, Destination to, Port port) {
  /// Who dials, and who may answer.
  enum Place {
    WORLD(61),
    SIDECAR(62),
    GUEST(63);

    private final int hopLimit;

    Place(int hopLimit) {
      this.hopLimit = hopLimit;
    }

    /// Of the packets that its kernel sends.
    int hopLimit() {
      return hopLimit;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The address that is dialled.
  enum Destination {
    WORLD("the world"),
    POD("the pod's address"),
    LOCALHOST("localhost"),
    /// What the pod's sockets see of the guest.
    GUEST_ALIAS("the guest's alias"),
    /// What the guest sees of the pod's localhost.
    POD_LOCALHOST("`pod-localhost`");

    private final String text;

    Destination(String text) {
      this.text = text;
    }

    /// Whether it exists only where the pod's localhost is shared.
    boolean isAlias() {
      return this == GUEST_ALIAS || this == POD_LOCALHOST;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// The port that is dialled, by its server.
  enum Port {
    GUEST(8080, "of the guest"),
    GUEST_LOOPBACK(8081, "of the guest, on its localhost only"),
    SIDECAR(9090, "of the sidecar"),
    SIDECAR_LOOPBACK(9091, "of the sidecar, on localhost only"),
    SIDECAR_ADDRESS(9092, "of the sidecar, on the pod's address only"),
    BOTH(9093, "of both"),
    WORLD(7000, "of the world"),
    DNS(53, "53, of a resolver on the pod's localhost"),
    CLOSED(9999, "closed"),
    ECHO(0, "ICMP echo");

    private final int number;
    private final String text;

    Port(int number, String text) {
      this.number = number;
      this.text = text;
    }

    int number() {
      return number;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// All rows, in their order.
  static List<MatrixRow> all() {
    Port[] open = {Port.GUEST, Port.GUEST_LOOPBACK, Port.SIDECAR, Port.SIDECAR_LOOPBACK};
    Port[] rest = {Port.SIDECAR_ADDRESS, Port.BOTH, Port.CLOSED, Port.ECHO};
    Port[] outside = {Port.WORLD, Port.CLOSED, Port.ECHO};
    List<MatrixRow> rows = new ArrayList<>();
    add(rows, Place.WORLD, Destination.POD, open);
    add(rows, Place.WORLD, Destination.POD, rest);
    add(rows, Place.SIDECAR, Destination.WORLD, outside);
    add(rows, Place.SIDECAR, Destination.LOCALHOST, open);
    add(rows, Place.SIDECAR, Destination.LOCALHOST, rest);
    add(rows, Place.SIDECAR, Destination.POD, open);
    add(rows, Place.SIDECAR, Destination.POD, rest);
    add(rows, Place.SIDECAR, Destination.GUEST_ALIAS, Port.GUEST, Port.GUEST_LOOPBACK);
    add(rows, Place.SIDECAR, Destination.GUEST_ALIAS, Port.CLOSED, Port.ECHO);
    add(rows, Place.GUEST, Destination.WORLD, outside);
    add(rows, Place.GUEST, Destination.POD_LOCALHOST, open);
    add(rows, Place.GUEST, Destination.POD_LOCALHOST, rest);
    add(rows, Place.GUEST, Destination.POD_LOCALHOST, Port.DNS);
    add(rows, Place.GUEST, Destination.LOCALHOST, open);
    add(rows, Place.GUEST, Destination.LOCALHOST, Port.BOTH, Port.CLOSED, Port.ECHO);
    add(rows, Place.GUEST, Destination.POD, open);
    add(rows, Place.GUEST, Destination.POD, rest);
    return rows;
  }

  private static void add(List<MatrixRow> rows, Place from, Destination to, Port... ports) {
    for (Port port : ports) {
      rows.add(new MatrixRow(from, to, port));
    }
  }

  /// The protocols it is tried with.
  List<MatrixProtocol> protocols() {
    return port == Port.ECHO ? MatrixProtocol.ECHOING : MatrixProtocol.PORTED;
  }
}
