package dev.urunj.house;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/failures.md promises tests by name, as docs/networking.md and SPECIFICATION.md do; here
/// they are looked for.
class FailuresDocumentTest {
  private static final Pattern ROW = Pattern.compile("^\\| (\\d+[a-g]?) \\|.*\\| ([^|]*) \\|$");
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path repository = repository();

  @Test
  void everyTestThatItNamesExists() throws IOException {
    assertThat(existingTests(document())).isGreaterThan(50);
  }

  @Test
  void everyTestThatTheDocumentOnNetworksNamesExists() throws IOException {
    String networks = Files.readString(repository.resolve("docs/networking.md"));
    assertThat(existingTests(networks)).isGreaterThan(8);
  }

  @Test
  void everyTestThatTheSpecificationNamesExists() throws IOException {
    String specification = Files.readString(repository.resolve("SPECIFICATION.md"));
    assertThat(existingTests(specification)).isGreaterThan(15);
    for (String line : specification.lines().filter(line -> line.startsWith("| ")).toList()) {
      boolean isHead = line.startsWith("| what |");
      boolean isTime = line.matches("\\| .* \\| at (least|most) \\d+(\\.\\d+)? \\|.*");
      assertThat(isHead || isTime || NAME.matcher(line).find()).as(line).isTrue();
    }
  }

  @Test
  void timesOfTheSpecificationHoldInTheWrittenTables() throws IOException {
    String script = repository.resolve("scripts/specification").toString();
    assertThat(Programs.run(PATIENCE, List.of(script, "--test")).exitCode()).isZero();
    assertThat(Programs.run(PATIENCE, List.of(script)).orFail()).endsWith(", 0 broken\n");
  }

  /// How many tests a text names, each of which exists.
  private int existingTests(String text) throws IOException {
    Map<String, String> sources = testSources();
    List<String> missing = new ArrayList<>();
    Matcher names = NAME.matcher(text);
    int found = 0;
    while (names.find()) {
      found++;
      String source = sources.getOrDefault(names.group(1), "");
      if (!source.contains(" void " + names.group(2) + "(")) {
        missing.add(names.group());
      }
    }
    assertThat(missing).isEmpty();
    return found;
  }

  @Test
  void everyRowNamesATestOrSaysThatThereIsNone() throws IOException {
    int rows = 0;
    for (String line : document().lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows++;
        String tests = row.group(2);
        assertThat(NAME.matcher(tests).find() || tests.startsWith("none: ")).as(line).isTrue();
      }
    }
    assertThat(rows).isEqualTo(30 + 17);
  }

  private String document() throws IOException {
    return Files.readString(repository.resolve("docs/failures.md"));
  }

  private Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module : List.of("linux", "runtime", "cli", "testkit", "fuzz", "e2e")) {
      try (Stream<Path> files = Files.walk(repository.resolve(module).resolve("src/test/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          sources.put(name, Files.readString(file));
        }
      }
    }
    return sources;
  }

  /// Maven runs tests in the module's directory.
  private static Path repository() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/failures.md"))) {
      directory = requireNonNull(directory.getParent(), "no docs/failures.md above");
    }
    return directory;
  }
}
