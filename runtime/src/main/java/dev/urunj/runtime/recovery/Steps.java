package dev.urunj.runtime.recovery;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Tries all steps. One that fails does not stop the others, and no failure is lost.
public final class Steps {
  private @Nullable IOException failure;

  /// No failures yet.
  public Steps() {}

  /// One of them.
  interface Step {
    void run() throws IOException;
  }

  void attempt(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      failed(e);
    }
  }

  /// One of them has failed. On the way of a container's life steps are tried by this and not by
  /// [#attempt], because the first lambda of a JVM costs 3 ms and each other one 0.3.
  public void failed(IOException reason) {
    if (failure == null) {
      failure = reason;
    } else {
      failure.addSuppressed(reason);
    }
  }

  /// Ends with the first failure, if there was one.
  ///
  /// @throws IOException that failure, with the later ones attached
  public void rethrow() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }
}
