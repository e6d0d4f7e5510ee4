package dev.urunj.fuzz;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A line of the file `targets`, which fuzz/run reads too: a name and a class with a
/// `fuzzerTestOneInput`.
record Target(String name, MethodHandle method) {
  static List<Target> all() throws IOException {
    List<Target> targets = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("targets"))) {
      int space = line.indexOf(' ');
      targets.add(new Target(line.substring(0, space), method(line.substring(space + 1))));
    }
    return targets;
  }

  static Target named(String name) throws IOException {
    return all().stream().filter(target -> target.name.equals(name)).findFirst().orElseThrow();
  }

  void feed(byte[] input) throws Throwable {
    method.invokeExact(input);
  }

  private static MethodHandle method(String type) {
    try {
      return MethodHandles.publicLookup()
          .findStatic(
              Class.forName(type),
              "fuzzerTestOneInput",
              MethodType.methodType(void.class, byte[].class));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type, e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
