package dev.urunj.runtime.monitor.solo5;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileReader;
import dev.urunj.linux.file.FoundFile;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a kernel for a tender says of itself, in two ELF notes of the owner `Solo5`: for which
/// tender it is (elf_abi.h), and which devices it has (mft_abi.h). A tender refuses to run a kernel
/// unless each of its devices is attached, by that name.
///
/// The file comes with the image and is not trusted.
///
/// @param target `enum abi_target`
/// @param networks names of the network devices, in the kernel's order
/// @param blocks names of the block devices, in the kernel's order
record Solo5Kernel(int target, List<String> networks, List<String> blocks) {
  /// The notes lie in the first segments. What is behind this is not looked at.
  private static final int LOOKED_AT = 4 << 20;

  private static final int HINT = 1 << 20;

  private static final int ELF = 0x464c457f;
  private static final int CLASS_AND_ORDER = 0x0102; // ELFCLASS64, ELFDATA2LSB
  private static final int HEADER_BYTES = 64; // Elf64_Ehdr
  private static final int SEGMENT_BYTES = 56; // Elf64_Phdr
  private static final int PT_NOTE = 4;
  private static final int NOTE_BYTES = 12; // Elf64_Nhdr

  private static final String OWNER = "Solo5\0";
  private static final int MANIFEST = 0x3154464d; // MFT1_NOTE_TYPE
  private static final int TARGET = 0x31494241; // ABI1_NOTE_TYPE
  private static final int VERSION = 1; // MFT_VERSION
  private static final int MOST_ENTRIES = 64; // MFT_MAX_ENTRIES
  private static final int ENTRY_BYTES = 104; // struct mft_entry of a 64-bit machine
  private static final int NAME_BYTES = 68; // MFT_NAME_SIZE
  private static final int BLOCK = 1; // MFT_DEV_BLOCK_BASIC
  private static final int NETWORK = 2; // MFT_DEV_NET_BASIC
  private static final int RESERVED = 1 << 30; // MFT_RESERVED_FIRST

  Solo5Kernel {
    networks = List.copyOf(networks);
    blocks = List.copyOf(blocks);
  }

  /// Of a kernel's file.
  ///
  /// @throws BadInputException when it is no kernel for a tender
  static Solo5Kernel read(Path kernel) throws IOException {
    byte[] bytes;
    try (FoundFile found = FoundFile.withoutLinks(kernel)) {
      if (!found.status().isRegular()) {
        throw bad(kernel, "is no regular file");
      }
      try (Fd open = found.open()) {
        bytes = new FileReader().readUpTo(open, HINT, LOOKED_AT);
      }
    }
    return of(bytes, kernel);
  }

  /// Of its bytes.
  ///
  /// @param kernel for messages
  static Solo5Kernel of(byte[] bytes, Path kernel) throws BadInputException {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < HEADER_BYTES
        || file.getInt(0) != ELF
        || file.getShort(4) != CLASS_AND_ORDER) {
      throw bad(kernel, "is no 64-bit ELF file");
    }
    ByteBuffer target = note(file, TARGET);
    ByteBuffer manifest = note(file, MANIFEST);
    if (target == null || manifest == null) {
      throw bad(kernel, "has no notes of Solo5");
    }
    return manifest(target.getInt(0), manifest, kernel);
  }

  /// The content of the first note of a type.
  ///
  /// @return null where there is none, or the headers lead out of the file
  private static @Nullable ByteBuffer note(ByteBuffer file, int type) {
    long table = file.getLong(32);
    int count = Short.toUnsignedInt(file.getShort(56));
    for (int i = 0; i < count; i++) {
      long at = table + (long) i * SEGMENT_BYTES;
      if (!isIn(file, at, SEGMENT_BYTES)) {
        return null;
      }
      int segment = (int) at;
      long offset = file.getLong(segment + 8);
      long size = file.getLong(segment + 32);
      if (file.getInt(segment) == PT_NOTE && isIn(file, offset, size)) {
        ByteBuffer found = note(file, (int) offset, (int) size, type);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static @Nullable ByteBuffer note(ByteBuffer file, int from, int size, int type) {
    byte[] owner = OWNER.getBytes(StandardCharsets.US_ASCII);
    long at = from;
    long end = (long) from + size;
    while (at + NOTE_BYTES <= end) {
      long nameSize = Integer.toUnsignedLong(file.getInt((int) at));
      long contentSize = Integer.toUnsignedLong(file.getInt((int) at + 4));
      long name = at + NOTE_BYTES;
      long content = name + padded(nameSize);
      if (content + contentSize > end) {
        return null;
      }
      if (file.getInt((int) at + 8) == type
          && nameSize == owner.length
          && file.slice((int) name, owner.length).equals(ByteBuffer.wrap(owner))) {
        return file.slice((int) content, (int) contentSize).order(ByteOrder.LITTLE_ENDIAN);
      }
      at = content + padded(contentSize);
    }
    return null;
  }

  private static long padded(long size) {
    return size + 3 & ~3L;
  }

  private static boolean isIn(ByteBuffer file, long at, long size) {
    return at >= 0 && size >= 0 && at <= file.capacity() && size <= file.capacity() - at;
  }

  /// `struct mft` begins after four bytes, because it is aligned to eight. Its first entry is
  /// reserved.
  private static Solo5Kernel manifest(int target, ByteBuffer manifest, Path kernel)
      throws BadInputException {
    int first = 12;
    if (manifest.capacity() < first || manifest.getInt(4) != VERSION) {
      throw bad(kernel, "has a manifest of another version than " + VERSION);
    }
    int entries = manifest.getInt(8);
    if (entries < 0 || entries > MOST_ENTRIES) {
      throw bad(kernel, "has a manifest of more than " + MOST_ENTRIES + " entries");
    }
    if (manifest.capacity() < first + entries * ENTRY_BYTES) {
      throw bad(kernel, "has a manifest that was cut off");
    }
    List<String> networks = new ArrayList<>();
    List<String> blocks = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      int at = first + i * ENTRY_BYTES;
      int type = manifest.getInt(at + NAME_BYTES);
      if (type == NETWORK) {
        networks.add(name(manifest, at, kernel));
      } else if (type == BLOCK) {
        blocks.add(name(manifest, at, kernel));
      } else if (type != RESERVED) {
        throw bad(kernel, "has a device of the unknown type " + type);
      }
    }
    return new Solo5Kernel(target, networks, blocks);
  }

  /// Letters and digits, as Solo5's elftool lets them be. They become a part of an argument.
  private static String name(ByteBuffer manifest, int at, Path kernel) throws BadInputException {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < NAME_BYTES; i++) {
      int c = manifest.get(at + i);
      if (c == 0 && i > 0) {
        return name.toString();
      }
      if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')) {
        break;
      }
      name.append((char) c);
    }
    throw bad(kernel, "has a device whose name is not 1 to 67 letters and digits");
  }

  private static BadInputException bad(Path kernel, String problem) {
    return bad(kernel, problem, "a kernel that was built for Solo5's hvt or spt");
  }

  /// @param problem what follows the kernel's name
  static BadInputException bad(Path kernel, String problem, String expected) {
    return new BadInputException(
        "image",
        "com.urunc.unikernel.binary",
        BadInputException.quote(kernel.toString()) + " " + problem,
        expected);
  }
}
