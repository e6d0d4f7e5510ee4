package dev.urunj.runtime.payload;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileReader;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The files that `src/main/c/compile` makes, in the directory that the property
/// `dev.urunj.payload` names.
///
/// They are files and no resources of the jar, because the first resource that a JVM reads from a
/// jar costs the classes of URLs, connections and decompression: 15 of the 145 ms of a start.
public enum Payload {
  /// The init of a Linux guest, an ELF program without libraries.
  GUEST_INIT("guest-init"),
  /// The pod fabric's programs, an object file for [dev.urunj.linux.bpf.BpfObject].
  POD_FABRIC("pod-fabric.bpf.o"),
  /// The option ROM of a PC, a multiple of 512 bytes. Only PCs call one.
  RESET_ROM("reset-rom"),
  /// A multiboot kernel that tells whether an accelerator runs guests. Only PCs boot it.
  ACCELERATOR_PROBE("accelerator-probe");

  private static final String DIRECTORY = "dev.urunj.payload";
  private static final int LIMIT = 1 << 20;

  private final String file;

  Payload(String file) {
    this.file = file;
  }

  /// The file's bytes.
  ///
  /// @throws IOException when this distribution has no such file
  public byte[] bytes() throws IOException {
    byte[] bytes = find();
    if (bytes == null) {
      throw new IOException(path() + " is missing in this distribution of urunj");
    }
    return bytes;
  }

  /// As [#bytes], null for what does not exist for the architecture of this distribution.
  public byte @Nullable [] find() throws IOException {
    try (Fd in = OpenFile.readOnly(path())) {
      return new FileReader().readUpTo(in, FileStatus.of(in).size(), LIMIT);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  private Path path() throws IOException {
    String directory = System.getProperty(DIRECTORY);
    if (directory == null) {
      throw new IOException("the property " + DIRECTORY + " is missing; expected a directory");
    }
    return Path.of(directory, file);
  }
}
