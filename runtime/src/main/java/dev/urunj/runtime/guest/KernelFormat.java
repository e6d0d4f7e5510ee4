package dev.urunj.runtime.guest;

import org.jspecify.annotations.Nullable;

/// The formats of a Linux kernel that QEMU boots by `-kernel`, by their magic numbers. Without this
/// check QEMU names another cause for a file in none of them, or starts a machine that runs
/// nothing.
///
/// Sources: Documentation/arch/x86/boot.rst and Documentation/arch/arm64/booting.rst of the kernel,
/// `x86_load_linux` and `load_aarch64_image` of QEMU.
public final class KernelFormat {
  /// How much of a file is looked at: QEMU looks for the multiboot header in as much.
  public static final int HEAD_BYTES = 8192;

  private static final int ELF = 0x464c457f;
  private static final int ELF_MACHINE = 18;
  private static final int EM_386 = 3; // uapi/linux/elf-em.h
  private static final int EM_X86_64 = 62;
  private static final int EM_AARCH64 = 183;

  private static final int BZIMAGE = 0x53726448; // "HdrS"
  private static final int BZIMAGE_AT = 0x202;
  private static final int SETUP_SECTORS_AT = 0x1f1;
  private static final int PROTECTED_PARAGRAPHS_AT = 0x1f4;
  private static final long SLACK_BYTES = 4096; // for an image whose last page is not written out

  private static final int MULTIBOOT = 0x1badb002;

  private static final int ARM64_IMAGE = 0x644d5241; // "ARMd"
  private static final int ARM64_IMAGE_AT = 56;
  private static final int GZIP = 0x8b1f;
  private static final int UIMAGE = 0x56190527; // IH_MAGIC of U-Boot, big endian
  private static final int ZBOOT = 0x676d697a; // "zimg" of an EFI image that unpacks itself
  private static final int ZBOOT_AT = 4;

  private KernelFormat() {}

  /// What is wrong with a kernel's file.
  ///
  /// @param head its first [#HEAD_BYTES] bytes, or all of a shorter one
  /// @param size of the whole file in bytes
  /// @return null when nothing is, as far as it can be seen
  public static @Nullable String problem(byte[] head, long size, Architecture architecture) {
    if (number(head, 0) == ELF) {
      return isFor(architecture, number(head, ELF_MACHINE) & 0xffff)
          ? null
          : "is a program or kernel of another processor";
    }
    return switch (architecture) {
      case X86_64 -> x86(head, size);
      case AARCH64 -> isArm64(head) ? null : "is not a kernel";
    };
  }

  /// The formats, for messages.
  public static String expected(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> "a whole bzImage, or a vmlinux with a PVH entry, of x86-64";
      case AARCH64 -> "an Image, also packed with gzip or as EFI's zboot, or a vmlinux of arm64";
    };
  }

  private static boolean isFor(Architecture architecture, int machine) {
    return switch (architecture) {
      case X86_64 -> machine == EM_X86_64 || machine == EM_386;
      case AARCH64 -> machine == EM_AARCH64;
    };
  }

  private static @Nullable String x86(byte[] head, long size) {
    if (number(head, BZIMAGE_AT) == BZIMAGE) {
      int sectors = head[SETUP_SECTORS_AT] & 0xff;
      long setup = 512L * ((sectors == 0 ? 4 : sectors) + 1);
      long paragraphs = number(head, PROTECTED_PARAGRAPHS_AT) & 0xffff_ffffL;
      long whole = setup + 16 * paragraphs;
      return size + SLACK_BYTES < whole ? "was cut off: " + size + " of " + whole + " bytes" : null;
    }
    for (int at = 0; at + 4 <= head.length; at += 4) {
      if (number(head, at) == MULTIBOOT) {
        return null;
      }
    }
    return "is not a kernel";
  }

  private static boolean isArm64(byte[] head) {
    return number(head, ARM64_IMAGE_AT) == ARM64_IMAGE
        || (number(head, 0) & 0xffff) == GZIP
        || number(head, 0) == UIMAGE
        || number(head, ZBOOT_AT) == ZBOOT;
  }

  /// Four bytes in little endian; 0 beyond the end.
  private static int number(byte[] head, int at) {
    return at + 4 > head.length
        ? 0
        : (head[at] & 0xff)
            | (head[at + 1] & 0xff) << 8
            | (head[at + 2] & 0xff) << 16
            | (head[at + 3] & 0xff) << 24;
  }
}
