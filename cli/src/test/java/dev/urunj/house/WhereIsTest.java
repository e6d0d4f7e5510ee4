package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// "Where is …?" of ARCHITECTURE.md: each answer is a file of today.
class WhereIsTest {
  private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| `([^|`]+)` \\|");
  private static final Pattern OF_JAVA = Pattern.compile("([a-z.]+)\\.([A-Z]\\w+)(?:\\.(\\w+))?");

  @Test
  void everyAnswerIsThere() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path file : Sources.files(".java")) {
      if (file.toString().contains("/src/main/")) {
        String path = file.toString().replaceAll(".*/dev/urunj/", "").replace(".java", "");
        sources.put(path.replace('/', '.'), Files.readString(file));
      }
    }
    List<String> answers = answers();
    assertThat(answers).hasSize(40);
    List<String> missing = new ArrayList<>();
    for (String answer : answers) {
      if (!isThere(answer, sources)) {
        missing.add(answer);
      }
    }
    assertThat(missing).isEmpty();
  }

  /// `runtime.boot.MonitorBundle.write` is a member of a class; what has a slash is a file, perhaps
  /// with a function of it behind a colon.
  private static boolean isThere(String answer, Map<String, String> sources) throws IOException {
    if (answer.contains("/")) {
      String[] parts = answer.split(":", 2);
      Path file = Sources.root().resolve(parts[0]);
      return Files.isRegularFile(file)
          && (parts.length == 1 || hasWord(Files.readString(file), parts[1]));
    }
    Matcher name = OF_JAVA.matcher(answer);
    if (!name.matches()) {
      return false;
    }
    String source = sources.get(name.group(1) + "." + name.group(2));
    return source != null && (name.group(3) == null || hasWord(source, name.group(3)));
  }

  private static boolean hasWord(String text, String word) {
    return Pattern.compile("\\b" + Pattern.quote(word) + "\\b").matcher(text).find();
  }

  private static List<String> answers() throws IOException {
    String page = Files.readString(Sources.root().resolve("ARCHITECTURE.md"));
    String section = page.substring(page.indexOf("\n## Where is …?"));
    List<String> found = new ArrayList<>();
    Matcher row = ROW.matcher(section);
    while (row.find()) {
      found.add(row.group(2));
    }
    return found;
  }
}
