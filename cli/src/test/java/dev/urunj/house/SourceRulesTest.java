package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The rules of the house that only sources show.
class SourceRulesTest {
  private static final int FILE = 400;
  private static final int METHOD = 50;

  /// A test tells one story from its beginning to its end.
  private static final int METHOD_OF_A_TEST = 70;

  private static final int PARAMETERS = 5;

  /// Each with the reason why it may take more.
  private static final Map<String, String> MANY_PARAMETERS =
      Map.of(
          "Cpio.file", "what the format's header has",
          "Libc.call", "a system call takes six",
          "Libc.syscall", "a system call takes six");

  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?dev\\.urunj\\.e2e\\.(\\w+)\\.", Pattern.MULTILINE);

  @Test
  void filesHaveAtMostFourHundredLines() throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    for (Path file : Sources.files(".java", ".c", ".h", ".S")) {
      int lines = Files.readAllLines(file).size();
      if (lines > FILE) {
        found.put(String.valueOf(file.getFileName()), lines);
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void methodsHaveAtMostFiftyLines() throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    for (JavaMethod method : JavaMethod.all(Sources.files(".java"))) {
      if (method.lines() > (method.isOfATest() ? METHOD_OF_A_TEST : METHOD)) {
        found.put(method.name(), method.lines());
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void methodsTakeAtMostFiveParameters() throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    for (JavaMethod method : JavaMethod.all(Sources.files(".java"))) {
      if (method.parameters() > PARAMETERS && !method.isOfATest()) {
        found.put(method.name(), method.parameters());
      }
    }
    assertThat(found.keySet()).as("%s", found).isSubsetOf(MANY_PARAMETERS.keySet());
  }

  /// A function of C begins and ends with a brace at the margin, or begins on its head's line.
  @Test
  void functionsOfCHaveAtMostFiftyLines() throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    int functions = 0;
    for (Path file : Sources.files(".c", ".h")) {
      int begin = -1;
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (line.equals("{") || (line.matches("\\w.*\\{") && line.contains("("))) {
          begin = i;
        } else if (line.equals("}") && begin >= 0) {
          functions++;
          if (i - begin >= METHOD) {
            found.put(file.getFileName() + ":" + (begin + 1), i - begin + 1);
          }
          begin = -1;
        }
      }
    }
    assertThat(functions).isGreaterThan(300);
    assertThat(found).isEmpty();
  }

  /// What two subjects of `e2e` share belongs to its `stage`.
  @Test
  void endToEndTestsUseTheirStageAndNoOtherSubject() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : Sources.files(".java")) {
      String subject = String.valueOf(file.getName(file.getNameCount() - 2));
      Matcher used = IMPORT.matcher(Files.readString(file));
      while (used.find()) {
        if (!used.group(1).equals(subject) && !used.group(1).equals("stage")) {
          found.add(file.getFileName() + " uses " + used.group(1));
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
