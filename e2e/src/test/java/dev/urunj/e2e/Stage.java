package dev.urunj.e2e;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A fresh node with the distribution for each test, and after it the check that nothing is left.
/// Register it with a field: `@RegisterExtension final Stage stage = new Stage();`
final class Stage implements BeforeEachCallback, AfterEachCallback {
  private final boolean ownProcesses;
  private @Nullable Node node;
  private @Nullable Urunj urunj;

  Stage() {
    this(false);
  }

  private Stage(boolean ownProcesses) {
    this.ownProcesses = ownProcesses;
  }

  /// With nodes that have process ids of their own.
  static Stage withOwnProcesses() {
    return new Stage(true);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    node = ownProcesses ? Node.startWithOwnProcesses() : Node.start();
    urunj = Urunj.on(node);
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    try (Node _ = node;
        Urunj _ = urunj) {
      node = null;
      urunj = null;
    }
  }

  Node node() {
    return requireNonNull(node);
  }

  Urunj urunj() {
    return requireNonNull(urunj);
  }

  Pod pod(String name) throws IOException {
    return node().pod(name);
  }

  Pod pod(String name, PodSpec spec) throws IOException {
    return node().pod(name, spec);
  }

  /// A container in a pod, running; its guest has not booted yet.
  Container started(Pod pod) throws IOException {
    return urunj().create(BundleBuilder.linuxWeb(pod)).start();
  }

  /// A container in a pod whose guest answers.
  Container answering(Pod pod) throws IOException {
    Container container = started(pod);
    pod.awaitHttp("/", container);
    return container;
  }
}
