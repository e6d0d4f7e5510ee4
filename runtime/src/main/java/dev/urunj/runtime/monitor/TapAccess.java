package dev.urunj.runtime.monitor;

/// How a monitor comes to its TAP.
public enum TapAccess {
  /// It inherits [MonitorDescriptors#TAP], with `struct virtio_net_hdr` in front of each frame.
  DESCRIPTOR("descriptor"),
  /// It inherits [MonitorDescriptors#TAP], whose frames have nothing in front.
  BARE_DESCRIPTOR("bare-descriptor"),
  /// It opens `/dev/net/tun` itself and attaches to the TAP of [MonitorSettings#tap], which belongs
  /// to its user. The TAP is persistent until then.
  NAME("name"),
  /// It takes none, because the guest's machine has no network interface. There is no TAP then.
  NONE("none");

  private final String word;

  TapAccess(String word) {
    this.word = word;
  }

  /// Its name in the record.
  public String word() {
    return word;
  }

  /// The one of that name. Not `valueOf`, which costs a start 2 ms, see [Accelerator#of].
  ///
  /// @throws IllegalArgumentException for a name that none has
  public static TapAccess of(String word) {
    for (TapAccess each : values()) {
      if (each.word.equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException("no way to a TAP " + word);
  }
}
