package dev.urunj.runtime.image;

import dev.urunj.runtime.guest.BootProtocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kinds of guest an image can name in `com.urunc.unikernel.unikernelType`.
public enum GuestKind {
  UNIKRAFT("unikraft"),
  RUMPRUN("rumprun"),
  MIRAGE("mirage"),
  MEWZ("mewz"),
  LINUX("linux"),
  HERMIT("hermit"),
  FREEBSD("freebsd");

  /// All words, for messages.
  static final String WORDS = "unikraft, rumprun, mirage, mewz, linux, hermit or freebsd";

  private final String word;

  GuestKind(String word) {
    this.word = word;
  }

  /// The word for it in annotations.
  public String word() {
    return word;
  }

  /// The ways in which its kernels take over a machine, whether or not this version boots it.
  List<BootProtocol> protocols() {
    return switch (this) {
      case UNIKRAFT -> List.of(BootProtocol.MULTIBOOT, BootProtocol.ELF64);
      case RUMPRUN -> List.of(BootProtocol.SOLO5_HVT, BootProtocol.SOLO5_SPT);
      case MIRAGE ->
          List.of(BootProtocol.MULTIBOOT, BootProtocol.SOLO5_HVT, BootProtocol.SOLO5_SPT);
      case MEWZ, HERMIT -> List.of(BootProtocol.MULTIBOOT);
      case LINUX -> List.of(BootProtocol.LINUX);
      case FREEBSD -> List.of(BootProtocol.ELF64);
    };
  }

  /// The kind with that word, or null.
  static @Nullable GuestKind of(String word) {
    for (GuestKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    return null;
  }
}
