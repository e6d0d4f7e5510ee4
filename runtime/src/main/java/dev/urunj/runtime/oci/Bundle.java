package dev.urunj.runtime.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// An OCI bundle: a directory with a `config.json`.
///
/// @param directory absolute, without `.` and `..`
public record Bundle(Path directory, Spec spec) {
  /// The name of the specification in a bundle (OCI runtime specification, bundle.md).
  public static final String CONFIG = "config.json";

  /// The largest `config.json` that is read, 4 MiB.
  public static final int CONFIG_LIMIT = 4 << 20;

  /// Reads the bundle's specification, and looks at nothing else, not even whether the rootfs
  /// exists.
  ///
  /// @param directory absolute
  /// @throws IllegalArgumentException when it is not: only the caller knows from where it is seen
  /// @throws BadInputException when there is no such directory or no `config.json` that is one JSON
  ///   object of at most 4 MiB
  public static Bundle load(Path directory) throws IOException {
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException(directory + " is not absolute");
    }
    Path absolute = directory.normalize();
    if (!Files.isDirectory(absolute)) {
      String problem = Files.exists(absolute) ? "is not a directory" : "does not exist";
      throw new BadInputException(
          absolute.toString(), "", problem, "a bundle: a directory with a " + CONFIG);
    }
    Path config = absolute.resolve(CONFIG);
    return new Bundle(absolute, new Spec(Json.read(config, CONFIG_LIMIT), config));
  }
}
