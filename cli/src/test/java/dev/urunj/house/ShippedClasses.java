package dev.urunj.house;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The class files of `linux`, `runtime` and `cli`, which the distribution ships.
final class ShippedClasses {
  /// What every name of ours begins with.
  static final String PREFIX = "dev/urunj/";

  private static final List<String> ONE_OF_EACH_MODULE =
      List.of("linux/errno/Errno", "runtime/oci/Spec", "cli/Main");

  private ShippedClasses() {}

  /// All classes, without the descriptors of modules.
  static List<ClassModel> read() throws IOException {
    List<ClassModel> found = new ArrayList<>();
    for (Path root : roots()) {
      if (Files.isDirectory(root)) {
        readTree(root, found);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(root)) {
          readTree(jar.getPath("/"), found);
        }
      }
    }
    if (found.size() <= 150) {
      throw new AssertionError("only " + found.size() + " classes in " + roots());
    }
    return found;
  }

  /// With slashes and the prefix.
  static String nameOf(ClassModel model) {
    return model.thisClass().asInternalName();
  }

  /// With dots and without the prefix, such as `linux.netlink`.
  static String packageOf(String className) {
    String name = className.substring(PREFIX.length());
    int end = name.lastIndexOf('/');
    return end < 0 ? "" : name.substring(0, end).replace('/', '.');
  }

  /// Classes that a constant names, itself or in a descriptor.
  static List<String> namesIn(PoolEntry entry) {
    List<String> names = new ArrayList<>();
    String text =
        switch (entry) {
          case ClassEntry one -> one.asInternalName();
          case Utf8Entry utf8 when utf8.stringValue().contains("L" + PREFIX) -> utf8.stringValue();
          default -> "";
        };
    for (int at = text.indexOf(PREFIX); at >= 0; at = text.indexOf(PREFIX, at + 1)) {
      int end = at;
      while (end < text.length() && ";<>".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      names.add(text.substring(at, end));
    }
    return names;
  }

  /// Where the modules' classes are: a directory each, or a jar.
  static List<Path> roots() {
    List<Path> roots = new ArrayList<>();
    for (String one : ONE_OF_EACH_MODULE) {
      roots.add(rootOf(PREFIX + one + ".class"));
    }
    return roots;
  }

  private static Path rootOf(String resource) {
    ClassLoader loader = requireNonNull(ShippedClasses.class.getClassLoader());
    URI uri = URI.create(requireNonNull(loader.getResource(resource), resource).toString());
    if (uri.getScheme().equals("jar")) {
      return Path.of(URI.create(uri.getSchemeSpecificPart().replaceAll("!.*", "")));
    }
    String path = Path.of(uri).toString();
    return Path.of(path.substring(0, path.length() - resource.length()));
  }

  private static void readTree(Path root, List<ClassModel> found) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(ShippedClasses::isClass).toList()) {
        found.add(ClassFile.of().parse(Files.readAllBytes(file)));
      }
    }
  }

  private static boolean isClass(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".class") && !name.equals("module-info.class");
  }
}
