package dev.urunj.e2e.stage;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A fresh node with the distribution for each test, and after it the check that nothing is left.
/// Register it with a field: `@RegisterExtension final Stage stage = new Stage();`
public final class Stage implements BeforeEachCallback, AfterEachCallback {
  private final boolean ownProcesses;
  private @Nullable Node node;
  private @Nullable Urunj urunj;

  public Stage() {
    this(false);
  }

  private Stage(boolean ownProcesses) {
    this.ownProcesses = ownProcesses;
  }

  /// With nodes that have process ids of their own.
  public static Stage withOwnProcesses() {
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

  public Node node() {
    return requireNonNull(node);
  }

  public Urunj urunj() {
    return requireNonNull(urunj);
  }

  public Pod pod(String name) throws IOException {
    return node().pod(name);
  }

  public Pod pod(String name, PodSpec spec) throws IOException {
    return node().pod(name, spec);
  }

  /// A container in a pod, running; its guest has not booted yet.
  public Container started(Pod pod) throws IOException {
    return urunj().create(BundleBuilder.linuxWeb(pod)).start();
  }

  /// A container in a pod whose guest answers.
  public Container answering(Pod pod) throws IOException {
    Container container = started(pod);
    pod.awaitHttp("/", container);
    return container;
  }
}
