package dev.urunj.runtime.netns;

import static java.util.Objects.requireNonNull;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.testkit.TestNode;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// For each test a network namespace that is not this machine's own, and what it is known by.
/// Register it with a field.
final class OtherNamespace implements BeforeEachCallback, AfterEachCallback {
  private @Nullable TestNode node;
  private @Nullable NetworkNamespaceIdentity identity;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    node = TestNode.start();
    try (NetworkNamespace namespace = NetworkNamespace.open(path())) {
      identity = namespace.identity();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try (TestNode _ = node) {
      node = null;
    }
  }

  Path path() {
    return requireNonNull(node).networkNamespace();
  }

  NetworkNamespaceIdentity identity() {
    return requireNonNull(identity);
  }
}
