package dev.urunj.runtime.boot;

import dev.urunj.runtime.guest.CopyProgress;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.oci.BoundedFile;
import dev.urunj.runtime.oci.Mount;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;

/// The container's resolv.conf: the source of the mount on it, as every engine makes one. Read at
/// start, because Docker writes it in a hook.
public final class Resolver {
  private static final String DESTINATION = "/etc/resolv.conf";

  private Resolver() {}

  /// What it says.
  ///
  /// @param bundle where a relative source is
  /// @param progress learns what this reads
  public static ResolvConf of(Spec spec, Path bundle, CopyProgress progress) throws IOException {
    for (Mount mount : spec.mounts()) {
      if (mount.destination().equals(DESTINATION)) {
        Path source = bundle.resolve(mount.source());
        progress.at(DESTINATION, source.toString());
        return read(source);
      }
    }
    return ResolvConf.EMPTY;
  }

  /// One that is missing, or is no regular file, says nothing.
  private static ResolvConf read(Path source) throws IOException {
    byte[] bytes = BoundedFile.bytesIfRegular(source, ResolvConf.LIMIT_BYTES);
    return bytes == null ? ResolvConf.EMPTY : ResolvConf.parse(bytes);
  }
}
