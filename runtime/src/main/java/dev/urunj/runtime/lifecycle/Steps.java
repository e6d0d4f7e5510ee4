package dev.urunj.runtime.lifecycle;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Steps that are all tried: one that fails does not stop the others, and no failure is lost.
final class Steps {
  private @Nullable IOException failure;

  /// One of them.
  interface Step {
    void run() throws IOException;
  }

  void attempt(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      } else {
        failure.addSuppressed(e);
      }
    }
  }

  /// @throws IOException the first failure, with the later ones attached
  void rethrow() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }
}
