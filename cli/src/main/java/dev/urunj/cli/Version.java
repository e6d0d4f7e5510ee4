package dev.urunj.cli;

import dev.urunj.runtime.lifecycle.ContainerState;

/// The version, in runc's shape, which go-runc parses, and a line more where commands are slow.
final class Version {
  static final String NUMBER = "0.1.0";

  private Version() {}

  static String text() {
    return "urunj version "
        + NUMBER
        + "\nspec: "
        + ContainerState.OCI_VERSION
        + ClassArchive.ofThisProcess().slowness();
  }
}
