package dev.urunj.linux.undo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Steps that take back what was done. [#close] runs them, newest first, unless [#keep] was called.
/// One that fails does not stop the others, and no failure is lost: the first is thrown with the
/// others attached, and where another failure is on its way, as below, it is attached to that one.
///
/// ```java
/// try (Undo undo = new Undo()) {
///   undo.add(step);       // before what it takes back
///   …
///   undo.keep();
/// }
/// ```
///
/// In a command that starts cold each step is a class to load. If they are needed only after a
/// failure, add them there:
///
/// ```java
/// } catch (Throwable failure) {
///   try (Undo _ = Undo.of(step)) {
///     throw failure;
///   }
/// }
/// ```
///
/// What has only to be closed needs none of this: `try (opened) { throw failure; }`. Used by one
/// thread.
public final class Undo implements AutoCloseable {
  private final List<Step> steps = new ArrayList<>();
  private @Nullable IOException failure;

  /// Without any steps yet.
  public Undo() {}

  /// One of them. What is not there counts as taken back, because a step may be repeated.
  public interface Step {
    void run() throws IOException;
  }

  /// With one step.
  public static Undo of(Step step) {
    Undo undo = new Undo();
    undo.add(step);
    return undo;
  }

  /// Adds a step that runs before those that were added earlier.
  public void add(Step step) {
    steps.add(step);
  }

  /// Takes nothing back any more, because what was done stays.
  public void keep() {
    steps.clear();
  }

  /// Runs a step now. Its failure comes with [#close].
  public void attempt(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      failed(e);
    }
  }

  /// Takes note of the failure of a step that its caller has run itself, without a class for it. It
  /// comes with [#close].
  public void failed(IOException reason) {
    if (failure == null) {
      failure = reason;
    } else {
      failure.addSuppressed(reason);
    }
  }

  /// Runs the steps.
  ///
  /// @throws IOException the first failure, with the later ones attached
  @Override
  public void close() throws IOException {
    if (!steps.isEmpty()) {
      try (Undo _ = this) {
        steps.removeLast().run();
      }
    } else if (failure != null) {
      throw failure;
    }
  }
}
