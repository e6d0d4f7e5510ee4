package dev.urunj.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadTaskTest {
  private static <T> ThreadTask<T> ended(Callable<T> task) throws InterruptedException {
    ThreadTask<T> result = new ThreadTask<>(task);
    Thread.ofPlatform().start(result).join();
    return result;
  }

  @Test
  void resultOfTheThreadReachesTheOneThatWaits() throws Exception {
    assertThat(ended(() -> 7).outcome()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(classes = {IOException.class, IllegalStateException.class, StackOverflowError.class})
  void whatTheTaskThrewIsThrownAsItIs(Class<? extends Throwable> type) throws Exception {
    Throwable thrown = type.getConstructor().newInstance();
    ThreadTask<Integer> task =
        ended(() -> {
          switch (thrown) {
            case Exception e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError();
          }
        });
    assertThatThrownBy(task::outcome).isSameAs(thrown);
  }

  @Test
  void otherCheckedExceptionIsWrapped() throws Exception {
    ThreadTask<Integer> task =
        ended(() -> {
          throw new InterruptedException("over");
        });
    assertThatThrownBy(task::outcome)
        .isInstanceOf(IOException.class)
        .hasCauseInstanceOf(InterruptedException.class);
  }
}
