package dev.urunj.runtime.oci;

/// Placeholder.
public final class Spec {
  private Spec() {}
}
