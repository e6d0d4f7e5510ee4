package dev.urunj.house;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// The checkout. Maven runs tests in the directory of their module, which lies in its root.
final class Sources {
  private Sources() {}

  static Path root() {
    Path root = Path.of("..").toAbsolutePath().normalize();
    if (!Files.exists(root.resolve("CONTRIBUTING.md"))) {
      throw new AssertionError(root + " is not the checkout");
    }
    return root;
  }

  /// All files below the modules' `src` whose names end so.
  static List<Path> files(String... endings) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = String.valueOf(directory.getFileName());
            return name.equals("target") || name.startsWith(".")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            for (String ending : endings) {
              if (file.toString().endsWith(ending) && file.toString().contains("/src/")) {
                found.add(file);
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
