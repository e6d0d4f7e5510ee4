package dev.urunj.house;

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

/// The rules of the house that only sources show.
class SourceRulesTest {
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?dev\\.urunj\\.e2e\\.(\\w+)\\.", Pattern.MULTILINE);

  /// What two subjects of `e2e` share belongs to its `stage`.
  @Test
  void endToEndTestsUseTheirStageAndNoOtherSubject() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("../e2e/src/test/java/dev/urunj/e2e"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String subject = String.valueOf(file.getName(file.getNameCount() - 2));
        Matcher used = IMPORT.matcher(Files.readString(file));
        while (used.find()) {
          if (!used.group(1).equals(subject) && !used.group(1).equals("stage")) {
            found.add(file.getFileName() + " uses " + used.group(1));
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
