package dev.urunj.runtime.network;

import java.io.IOException;

/// Another guest of this network namespace lives: its TAP has a carrier.
public final class TapInUseException extends IOException {
  private static final long serialVersionUID = 1;

  private final String tap;

  TapInUseException(String tap) {
    super("network: the link " + tap + " is in use: it has a carrier, so its monitor lives");
    this.tap = tap;
  }

  /// The link's name, so that the caller can find out whose it is.
  public String tap() {
    return tap;
  }
}
