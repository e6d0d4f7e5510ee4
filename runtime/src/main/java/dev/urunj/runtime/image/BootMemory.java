package dev.urunj.runtime.image;

import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The memory without which a Linux guest cannot boot. It is a lower bound: the amount that the
/// kernel's own header names for unpacking, and the initrd twice, because the archive and its
/// unpacked files exist at the same time. A guest above it may still be too small for its program.
///
/// @param kernelBytes up to which address the kernel takes memory
/// @param initrdBytes size of the image's initrd, 0 without one
public record BootMemory(long kernelBytes, long initrdBytes) {
  private static final long MIB = 1 << 20;

  // struct setup_header of a bzImage, arch/x86/include/uapi/asm/bootparam.h, as offsets in the
  // file.
  private static final int MAGIC = 0x202;
  private static final int VERSION = 0x206;
  private static final int PREFERRED_ADDRESS = 0x258;
  private static final int INIT_SIZE = 0x260;
  private static final int HEADER = 0x264;
  private static final int HDRS = 0x53726448; // "HdrS"
  private static final int WITH_INIT_SIZE = 0x20a;

  /// What an image's kernel and initrd need.
  public static BootMemory of(UnikernelImage image) throws IOException {
    RootfsFiles.ResolvedFile initrd = image.initrd();
    long kernel = image.binary().size();
    try (RandomAccessFile file = new RandomAccessFile(image.binary().host().toFile(), "r")) {
      byte[] header = new byte[(int) Math.min(HEADER, file.length())];
      file.readFully(header);
      kernel =
          Math.max(kernel, unpackedEnd(ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return new BootMemory(kernel, initrd == null ? 0 : initrd.size());
  }

  /// The end of the memory that a bzImage unpacks itself in; 0 for other formats.
  private static long unpackedEnd(ByteBuffer header) {
    if (header.limit() < HEADER
        || header.getInt(MAGIC) != HDRS
        || Short.toUnsignedInt(header.getShort(VERSION)) < WITH_INIT_SIZE) {
      return 0;
    }
    long end = header.getLong(PREFERRED_ADDRESS) + Integer.toUnsignedLong(header.getInt(INIT_SIZE));
    return Math.max(0, end); // the file is the image's, and may hold anything
  }

  /// The least memory in MiB.
  int leastMib() {
    long least = kernelBytes / MIB + 2 * initrdBytes / MIB;
    return (int) Math.min(least, GuestMemory.LARGEST_MIB);
  }

  /// Refuses a memory that cannot hold kernel and initrd.
  ///
  /// @param where the specification's file
  /// @param memoryMib what the guest is to have
  /// @throws BadInputException when that cannot hold kernel and initrd
  public void check(String where, int memoryMib) throws BadInputException {
    if (memoryMib < leastMib()) {
      throw new BadInputException(
          where,
          "linux.resources.memory.limit",
          "the guest's memory is "
              + memoryMib
              + " MiB; its kernel unpacks up to "
              + kernelBytes / MIB
              + " MiB and its initrd takes "
              + initrdBytes / MIB
              + " MiB twice, packed and unpacked",
          "at least " + leastMib() + " MiB");
    }
  }
}
