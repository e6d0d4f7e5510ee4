package dev.urunj.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every input that is kept, without fuzzing: what was found once is not found again.
class CorpusTest {
  private static final Path CORPUS = Path.of("corpus");
  private static final long LARGEST_BYTES = 8192;

  @ParameterizedTest
  @MethodSource("dev.urunj.fuzz.Target#all")
  void everyInputIsTakenOrRefused(Target target) throws IOException {
    List<Path> inputs = inputs(target.name());
    assertThat(inputs).isNotEmpty();
    for (Path input : inputs) {
      assertThatCode(() -> target.feed(Files.readAllBytes(input)))
          .as(input.toString())
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.urunj.fuzz.Target#all")
  void beginningOfAnInputIsTakenOrRefused(Target target) throws IOException {
    for (Path input : inputs(target.name())) {
      byte[] whole = Files.readAllBytes(input);
      for (int length = 0; length < whole.length; length += 1 + whole.length / 20) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatCode(() -> target.feed(part))
            .as("the first %d bytes of %s", length, input)
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void everyDirectoryHasATargetAndIsSmall() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (Target target : Target.all()) {
      names.add(target.name());
      for (Path input : inputs(target.name())) {
        assertThat(Files.size(input)).as(input.toString()).isLessThanOrEqualTo(LARGEST_BYTES);
      }
    }
    assertThat(list(CORPUS))
        .extracting(path -> path.getFileName().toString())
        .containsExactlyElementsOf(names);
  }

  private static List<Path> inputs(String target) throws IOException {
    return list(CORPUS.resolve(target));
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return new ArrayList<>(entries.sorted().toList());
    }
  }
}
