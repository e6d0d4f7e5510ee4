package dev.urunj.runtime.image;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/// A bundle in the making, with a rootfs that has a kernel, an initrd and a disk.
final class ImageFixture {
  static final String PREFIX = "com.urunc.unikernel.";

  final Path rootfs;
  private final Path directory;
  private final JsonObject annotations = new JsonObject();
  private final JsonObject uruncJson = new JsonObject();

  ImageFixture(Path directory) throws IOException {
    this.directory = directory;
    this.rootfs = Files.createDirectories(directory.resolve("rootfs"));
    Files.writeString(rootfs.resolve("kernel"), "k");
    Files.writeString(rootfs.resolve("initrd"), "in");
    Files.writeString(rootfs.resolve("disk"), "dsk");
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Sets an annotation; a key without a dot is one of urunc's.
  ImageFixture annotate(String key, String value) {
    annotations.addProperty(key.contains(".") ? key : PREFIX + key, value);
    return this;
  }

  /// The three mandatory annotations for Linux on QEMU.
  ImageFixture annotateLinux() {
    return annotate("unikernelType", "linux")
        .annotate("hypervisor", "qemu")
        .annotate("binary", "/kernel");
  }

  /// Sets a value of `/urunc.json`, as it stands.
  ImageFixture label(String key, String value) {
    uruncJson.addProperty(PREFIX + key, value);
    return this;
  }

  /// The three mandatory values for Linux on QEMU, in base64.
  ImageFixture labelLinux() {
    return label("unikernelType", base64("linux"))
        .label("hypervisor", base64("qemu"))
        .label("binary", base64("/kernel"));
  }

  String config() {
    return directory.resolve("config.json").toString();
  }

  String uruncJson() {
    return rootfs.resolve("urunc.json").toString();
  }

  Optional<UnikernelImage> read() throws IOException {
    JsonObject root = new JsonObject();
    root.addProperty("path", "rootfs");
    JsonObject config = new JsonObject();
    config.add("root", root);
    config.add("annotations", annotations);
    Bundle bundle = TestFiles.bundle(directory, config.toString());
    if (!uruncJson.isEmpty()) {
      Files.writeString(rootfs.resolve("urunc.json"), uruncJson.toString());
    }
    return ImageReader.read(bundle);
  }

  UnikernelImage image() throws IOException {
    return read().orElseThrow();
  }
}
