package dev.urunj.runtime.network.fabric;

import java.io.IOException;

/// The fabric in a pod is not one that this version of urunj can work with.
public final class OtherFabricException extends IOException {
  private static final long serialVersionUID = 1;

  OtherFabricException(String message) {
    super(message);
  }
}
