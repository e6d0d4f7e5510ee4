package dev.urunj.cli.text;

import dev.urunj.runtime.lifecycle.ContainerState;

/// The version, in runc's shape, which go-runc parses, and a line more where commands are slow.
public final class Version {
  public static final String NUMBER = "0.1.0";

  private Version() {}

  public static String text() {
    return "urunj version "
        + NUMBER
        + "\nspec: "
        + ContainerState.OCI_VERSION
        + ClassArchive.ofThisProcess().slowness();
  }
}
