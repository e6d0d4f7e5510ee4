package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.runtime.monitor.Launch;
import dev.urunj.runtime.monitor.LaunchFile;
import dev.urunj.runtime.monitor.LaunchScript;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Puts what a monitor boots from where it finds it: the launch script, and the files of its launch
/// in its root. That is done at start, because what is in them is known then, and so a container
/// that an earlier version has created gets them too. They go with the bundle.
///
/// The monitor sees its root read-only, so it cannot lead a later start elsewhere.
final class LaunchFiles {
  private static final String DIRECTORY_MODE = "rwxr-xr-x";

  private LaunchFiles() {}

  /// Writes them, in place of what a start has left that was cut off. A monitor with a fixed
  /// command leaves the script alone.
  ///
  /// @param process whose user the monitor runs as
  static void write(StateDirectory directory, Launch launch, ProcessSpec process)
      throws IOException {
    Path place = directory.bundle().resolve("rootfs" + LaunchFile.DIRECTORY);
    clear(place);
    if (!launch.files().isEmpty()) {
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(place);
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(DIRECTORY_MODE));
      }
      for (LaunchFile file : launch.files()) {
        try (Fd made = OpenFile.appendNew(place.resolve(file.name()), 0600)) {
          FileIo.writeFully(made, file.bytes());
          FileIo.chown(made, (int) process.uid(), (int) process.gid());
          FileIo.chmod(made, file.mode());
        }
      }
    }
    Files.write(directory.launch(), LaunchScript.text(launch));
  }

  private static void clear(Path place) throws IOException {
    String[] names = place.toFile().list();
    if (names != null) {
      for (String name : names) {
        Files.delete(place.resolve(name));
      }
    }
  }
}
