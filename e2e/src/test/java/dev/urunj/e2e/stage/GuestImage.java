package dev.urunj.e2e.stage;

import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Root file systems of images, as a snapshotter would have unpacked them.
public final class GuestImage {
  private GuestImage() {}

  /// The image of `images/linux-web`: Debian's kernel, busybox, a web server on port 80. Built when
  /// it is not there or its sources are newer.
  public static Path linuxWeb() throws IOException {
    Path image = Target.directory().resolve("image");
    build("linux-web", image, image.resolve("image.json"));
    return image.resolve("rootfs");
  }

  /// The image of `images/unikernel`: a freestanding kernel that serves a page on port 80.
  ///
  /// @param kind as which it is packed, such as `unikraft`
  public static Path unikernel(String kind) throws IOException {
    Path image = Target.directory().resolve("unikernel-" + kind);
    build("unikernel", image, image.resolve("rootfs/urunc.json"), kind);
    return image.resolve("rootfs");
  }

  /// @param last what the script writes last
  private static void build(String name, Path image, Path last, String... more) throws IOException {
    Path sources = Target.images().resolve(name);
    List<String> line = new ArrayList<>();
    line.add(sources.resolve("build.sh").toString());
    line.add(image.toString());
    line.addAll(List.of(more));
    Target.once(() -> {
      if (!Files.exists(last) || isOlder(last, sources)) {
        Programs.run(Duration.ofMinutes(5), line).orFail();
      }
    });
  }

  /// No guest: an image's root file system with busybox, in a directory of its own.
  public static Path busybox() throws IOException {
    Path root = Target.scratch();
    Path bin = Files.createDirectories(root.resolve("bin"));
    for (String directory : new String[] {"proc", "dev", "sys", "tmp"}) {
      Files.createDirectories(root.resolve(directory));
    }
    Path busybox = Path.of("/usr/bin/busybox");
    Files.copy(Files.exists(busybox) ? busybox : Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String applet : new String[] {"sh", "sleep", "echo", "cat", "ls", "wget"}) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    return root;
  }

  /// A copy to change. The large files are links to the originals: replace them, do not write to
  /// them.
  static Path copyOf(Path rootfs, Path to) throws IOException {
    Programs.run(Duration.ofSeconds(60), List.of("cp", "-al", rootfs.toString(), to.toString()))
        .orFail();
    Path contract = to.resolve("urunc.json");
    byte[] text = Files.readAllBytes(contract);
    Files.delete(contract);
    Files.write(contract, text);
    return to;
  }

  private static boolean isOlder(Path file, Path sources) throws IOException {
    try (var each = Files.list(sources)) {
      for (Path source : each.toList()) {
        if (Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(source)) < 0) {
          return true;
        }
      }
    }
    return false;
  }
}
