package dev.urunj.cli.verb;

import dev.urunj.cli.words.Arguments;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.config.Config;
import dev.urunj.runtime.config.ConfigReader;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.image.UnikernelImage;
import dev.urunj.runtime.knative.Knative;
import dev.urunj.runtime.knative.QueueProxy;
import dev.urunj.runtime.lifecycle.CreateOptions;
import dev.urunj.runtime.lifecycle.Ownership;
import dev.urunj.runtime.oci.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The words that `create` and `run` have in common.
final class Creation {
  private final Invocation invocation;
  private final Caller caller;
  private final Bundle bundle;
  private final @Nullable UnikernelImage image;

  private Creation(Invocation invocation, Caller caller, Bundle bundle) throws IOException {
    this.invocation = invocation;
    this.caller = caller;
    this.bundle = bundle;
    this.image = Ownership.unikernel(bundle);
  }

  /// Reads the bundle that the words name, or that of the caller's directory.
  static Creation of(Invocation invocation, Caller caller) throws IOException {
    String directory = invocation.own().value("bundle");
    Path path = caller.path(directory == null ? "" : directory).normalize();
    return new Creation(invocation, caller, Bundle.load(path));
  }

  boolean isOurs() {
    return image != null;
  }

  /// A bundle without a unikernel is the low-level runtime's. Knative's proxy first gets the
  /// address of the guest that it stands before.
  Outcome handOn() throws IOException, UsageException {
    if (Knative.isProxy(bundle.spec().annotations())) {
      Config config = new ConfigReader(caller.environment().variables()).read();
      QueueProxy.adapt(bundle, config, caller.log());
    }
    return Delegation.unchanged(invocation, caller);
  }

  Bundle bundle() {
    return bundle;
  }

  /// What is to be run for the unikernel.
  ///
  /// @throws IllegalStateException when there is none
  MonitorChoice choice(Caller here) throws IOException {
    if (image == null) {
      throw new IllegalStateException("no unikernel");
    }
    Config config = new ConfigReader(here.environment().variables()).read();
    for (String warning : config.warnings()) {
      caller.log().warn(warning);
    }
    return MonitorChoice.of(bundle.spec(), image, config, here);
  }

  CreateOptions options() {
    Arguments own = invocation.own();
    return new CreateOptions(
        path(own.value("console-socket")),
        path(own.value("pid-file")),
        own.has("no-pivot"),
        own.has("no-new-keyring"),
        null);
  }

  private @Nullable Path path(@Nullable String word) {
    return word == null ? null : caller.path(word);
  }
}
