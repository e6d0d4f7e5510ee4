package dev.urunj.runtime.image;

import com.google.gson.JsonObject;
import dev.urunj.fuzz.Refusal;
import dev.urunj.fuzz.Scratch;
import dev.urunj.runtime.image.RootfsFiles.ResolvedFile;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Feeds one object twice: as `/urunc.json` of an image, and as the annotations of a container that
/// has this image. Whatever is found lies inside the image.
public final class ImageFuzzer {
  private static final Path BUNDLE = Scratch.directory();
  private static final Path ROOTFS = BUNDLE.resolve("rootfs");
  private static final ProcessSpec NO_ARGUMENTS =
      new ProcessSpec(List.of(), List.of(), "/", 0, 0, List.of(), false);

  static {
    Scratch.write(ROOTFS.resolve("kernel"), new byte[] {1});
    Scratch.write(ROOTFS.resolve("boot/initrd"), new byte[] {1});
    Scratch.write(ROOTFS.resolve("empty"), new byte[0]);
  }

  private ImageFuzzer() {}

  /// One execution.
  public static void fuzzerTestOneInput(byte[] input) {
    Scratch.write(ROOTFS.resolve("urunc.json"), input);
    Refusal.accepts(() -> read(null));
    Refusal.accepts(() -> read(object(input)));
  }

  /// The object; one without members where the input is none.
  private static JsonObject object(byte[] input) {
    try {
      return Json.parse(new String(input, StandardCharsets.UTF_8), "annotations");
    } catch (BadInputException e) {
      Refusal.check(e);
      return new JsonObject();
    }
  }

  private static void read(@Nullable JsonObject annotations) throws IOException {
    JsonObject root = new JsonObject();
    root.addProperty("path", "rootfs");
    JsonObject config = new JsonObject();
    config.add("root", root);
    config.add("annotations", annotations);
    Spec spec = new Spec(config, BUNDLE.resolve(Bundle.CONFIG));
    Optional<UnikernelImage> image = ImageReader.read(new Bundle(BUNDLE, spec));
    if (image.isPresent()) {
      check(image.get());
    }
  }

  private static void check(UnikernelImage image) {
    isInside(image.binary());
    isInside(image.initrd());
    UnikernelImage.BlockImage block = image.block();
    isInside(block == null ? null : block.file());
    for (String argument : image.arguments(NO_ARGUMENTS)) {
      if (argument.isEmpty() || argument.indexOf('\0') >= 0) {
        throw new AssertionError("an argument that cannot be");
      }
    }
  }

  private static void isInside(@Nullable ResolvedFile file) {
    if (file != null && (!file.host().startsWith(ROOTFS) || file.size() < 1)) {
      throw new AssertionError("outside of the image, or empty: " + file);
    }
  }
}
