package dev.urunj.linux.testnet;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Compares `static final int` constants with what the C compiler makes of the same names.
public final class CConstants {
  private final List<String> headers;
  private final Map<String, String> expressions;
  private final Map<String, Integer> values = new TreeMap<>();

  /// Takes the headers to include and what stands in C for names that C does not have.
  public CConstants(List<String> headers, Map<String, String> expressions) {
    this.headers = headers;
    this.expressions = expressions;
  }

  /// Adds every constant that is not private.
  public void addAllOf(Class<?> type) throws IllegalAccessException {
    for (Field field : type.getDeclaredFields()) {
      int modifiers = field.getModifiers();
      if (field.getType() == int.class
          && Modifier.isStatic(modifiers)
          && !Modifier.isPrivate(modifiers)) {
        field.setAccessible(true);
        add(field.getName(), field.getInt(null));
      }
    }
  }

  public void add(String name, int value) {
    values.put(name, value);
  }

  public Map<String, Integer> ofTheCode() {
    return values;
  }

  public Map<String, Integer> ofTheHeaders(Path directory) throws Exception {
    StringBuilder source = new StringBuilder("#include <stdio.h>\n");
    for (String header : headers) {
      source.append("#include <").append(header).append(">\n");
    }
    source.append("int main(void) {\n");
    for (String name : values.keySet()) {
      String expression = expressions.getOrDefault(name, name);
      source.append("printf(\"" + name + " %d\\n\", (int) (" + expression + "));\n");
    }
    source.append("return 0; }\n");
    Path file = directory.resolve("constants.c");
    Files.writeString(file, source);
    String program = directory.resolve("constants").toString();
    String output = TestNetns.runShell("gcc -o " + program + " " + file + " && " + program);
    Map<String, Integer> compiled = new TreeMap<>();
    for (String line : output.lines().toList()) {
      int space = line.lastIndexOf(' ');
      compiled.put(line.substring(0, space), Integer.parseInt(line.substring(space + 1)));
    }
    return compiled;
  }
}
