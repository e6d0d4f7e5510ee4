package dev.urunj.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The toy is what docs/adding-a-monitor.md and docs/adding-a-guest.md say: these files, these
/// lines of the registry, and no other line of the product.
class AddingOneTest {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Path OURS = CHECKOUT.resolve("runtime/src/test");
  private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE);
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(strings = {"adding-a-monitor.md", "adding-a-guest.md"})
  void eachFileThatThePageListsIsThere(String page) throws IOException {
    List<String> listed = listed(page);
    assertThat(listed).isNotEmpty();
    for (String file : listed) {
      assertThat(CHECKOUT.resolve(file)).isRegularFile();
    }
  }

  @Test
  void thePagesListEachFileOfTheToy() throws IOException {
    Set<Path> toy = new HashSet<>();
    try (Stream<Path> files = Files.walk(OURS.resolve("java"))) {
      files
          .filter(file -> file.toString().contains("/toy/") || file.endsWith("ToyGuest.java"))
          .filter(Files::isRegularFile)
          .forEach(toy::add);
    }
    Set<Path> listed = new HashSet<>();
    for (String page : new String[] {"adding-a-monitor.md", "adding-a-guest.md"}) {
      listed(page).forEach(file -> listed.add(CHECKOUT.resolve(file)));
    }
    assertThat(listed).isEqualTo(toy);
  }

  @Test
  void theRegistryWithTheToyIsThatOfTheProductAndTheLinesOfThePages() throws IOException {
    String registry = Files.readString(OURS.resolve("toy/Registry.java"));
    for (String page : new String[] {"adding-a-monitor.md", "adding-a-guest.md"}) {
      for (String snippet : snippets(page)) {
        int at = registry.indexOf(snippet);
        assertThat(at).as("%s: %s", page, snippet).isNotNegative();
        registry = registry.substring(0, at) + registry.substring(at + snippet.length());
      }
    }
    assertThat(registry)
        .isEqualTo(
            Files.readString(
                CHECKOUT.resolve(
                    "runtime/src/main/java/dev/urunj/runtime/registry/Registry.java")));
  }

  private static List<String> listed(String page) throws IOException {
    List<String> listed = new ArrayList<>();
    Matcher row = ROW.matcher(text(page));
    while (row.find()) {
      listed.add(row.group(1));
    }
    return listed;
  }

  /// Longest first, because one may be a part of another. What is less than a line has no end of
  /// one.
  private static List<String> snippets(String page) throws IOException {
    List<String> snippets = new ArrayList<>();
    Matcher block = JAVA.matcher(text(page));
    while (block.find()) {
      String code = block.group(1);
      snippets.add(code.startsWith(", ") ? code.strip() : code);
    }
    snippets.sort((one, other) -> other.length() - one.length());
    return snippets;
  }

  private static String text(String page) throws IOException {
    return Files.readString(CHECKOUT.resolve("docs").resolve(page));
  }
}
