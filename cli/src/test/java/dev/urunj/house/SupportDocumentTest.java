package dev.urunj.house;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/support.md says of every row which test has run it, and names every test of a guest's
/// process.
class SupportDocumentTest {
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`");
  private static final Pattern METHOD = Pattern.compile("(?m)^  void (\\w+)\\(");
  private static final int COLUMNS = 4;

  /// The tests of which the page has to name every method.
  private static final List<String> WHOLE =
      List.of(
          "InputEndToEndTest",
          "NeverRanEndToEndTest",
          "PodmanProcessEndToEndTest",
          "ProcessEndToEndTest");

  private final Path repository = repository();

  @Test
  void everyRowNamesTestsThatExist() throws IOException {
    List<String> rows = rows();
    assertThat(rows).hasSizeGreaterThan(25);
    for (String row : rows) {
      String[] cells = row.substring(2, row.length() - 2).split(" \\| ", -1);
      assertThat(cells).as(row).hasSize(COLUMNS).doesNotContain("");
      Matcher names = NAME.matcher(cells[COLUMNS - 1]);
      int found = 0;
      while (names.find()) {
        found++;
        assertThat(source(names.group(1))).as(row).contains("  void " + names.group(2) + "(");
      }
      assertThat(found).as("tests of: %s", row).isPositive();
    }
  }

  @Test
  void everyTestOfAGuestsProcessIsARow() throws IOException {
    String page = String.join("\n", rows());
    for (String test : WHOLE) {
      Matcher methods = METHOD.matcher(source(test));
      int found = 0;
      while (methods.find()) {
        found++;
        assertThat(page).contains("`" + test + "." + methods.group(1) + "`");
      }
      assertThat(found).as(test).isPositive();
    }
  }

  private List<String> rows() throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line : Files.readString(repository.resolve("docs/support.md")).lines().toList()) {
      if (line.startsWith("| ") && !line.startsWith("| part |")) {
        rows.add(line);
      }
    }
    return rows;
  }

  private String source(String test) throws IOException {
    for (String module : List.of("runtime", "cli", "e2e")) {
      try (Stream<Path> files = Files.walk(repository.resolve(module).resolve("src/test/java"))) {
        List<Path> found = files.filter(file -> file.endsWith(test + ".java")).toList();
        if (!found.isEmpty()) {
          return Files.readString(found.getFirst());
        }
      }
    }
    throw new AssertionError("there is no test " + test);
  }

  /// Maven runs tests in the module's directory.
  private static Path repository() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/support.md"))) {
      directory = requireNonNull(directory.getParent(), "no docs/support.md above");
    }
    return directory;
  }
}
