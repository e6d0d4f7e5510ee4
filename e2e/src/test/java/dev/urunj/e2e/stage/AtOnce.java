package dev.urunj.e2e.stage;

import dev.urunj.testkit.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Commands that begin at the same moment.
public final class AtOnce {
  private AtOnce() {}

  /// One command on one thing.
  public interface Verb<T> {
    Result on(T thing) throws Exception;
  }

  /// The results in the order of the things.
  public static <T> List<Result> each(List<T> things, Verb<T> verb) throws Exception {
    List<Callable<Result>> calls = new ArrayList<>();
    for (T thing : things) {
      calls.add(() -> verb.on(thing));
    }
    return all(calls);
  }

  /// The results in the order of the calls.
  ///
  /// @throws Exception the first failure of a call
  public static <T> List<T> all(List<Callable<T>> calls) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    }
  }
}
