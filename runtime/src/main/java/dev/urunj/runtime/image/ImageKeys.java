package dev.urunj.runtime.image;

import dev.urunj.runtime.oci.BadInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `com.urunc.unikernel.*` values of one source, decoded.
///
/// urunc up to 0.7 wants every value in base64, its 0.8 wants plain text in annotations and base64
/// in `/urunc.json`, and packers write both. So the one value that must be a known word decides. If
/// `unikernelType` is such a word as it stands, all values are plain. If it is one after decoding,
/// all values are base64. No known word decodes to another, so the two cannot be confused, and a
/// source never mixes: one value that is not as the type says is an error.
final class ImageKeys {
  static final String TYPE = "com.urunc.unikernel.unikernelType";
  static final String HYPERVISOR = "com.urunc.unikernel.hypervisor";
  static final String BINARY = "com.urunc.unikernel.binary";
  static final String CMDLINE = "com.urunc.unikernel.cmdline";
  static final String VERSION = "com.urunc.unikernel.unikernelVersion";
  static final String INITRD = "com.urunc.unikernel.initrd";
  static final String BLOCK = "com.urunc.unikernel.block";
  static final String BLOCK_MOUNT_POINT = "com.urunc.unikernel.blkMntPoint";
  static final String MOUNT_ROOTFS = "com.urunc.unikernel.mountRootfs";

  /// What urunc up to 0.5 calls [#MOUNT_ROOTFS].
  static final String USE_DM_BLOCK = "com.urunc.unikernel.useDMBlock";

  /// All keys that are read.
  static final List<String> ALL =
      List.of(
          TYPE,
          HYPERVISOR,
          BINARY,
          CMDLINE,
          VERSION,
          INITRD,
          BLOCK,
          BLOCK_MOUNT_POINT,
          MOUNT_ROOTFS,
          USE_DM_BLOCK);

  private final String where;
  private final Map<String, String> values;
  private final boolean encoded;
  private final GuestKind guest;

  private ImageKeys(String where, Map<String, String> values, boolean encoded, GuestKind guest) {
    this.where = where;
    this.values = values;
    this.encoded = encoded;
    this.guest = guest;
  }

  /// The values of one source, after finding out how it is encoded.
  ///
  /// @param where the name of the source in messages
  /// @param values all values of the source, still encoded; other keys are ignored
  /// @throws BadInputException when `unikernelType` is missing or no known word in either encoding
  static ImageKeys of(String where, Map<String, String> values) throws BadInputException {
    String type = values.getOrDefault(TYPE, "");
    GuestKind plain = GuestKind.of(type);
    if (plain != null) {
      return new ImageKeys(where, values, false, plain);
    }
    String decoded = decode(type);
    GuestKind guest = decoded == null ? null : GuestKind.of(decoded);
    if (guest == null) {
      String problem = type.isEmpty() ? "is missing" : "is " + BadInputException.quote(type);
      throw new BadInputException(
          where, TYPE, problem, GuestKind.WORDS + ", as plain text or in base64");
    }
    return new ImageKeys(where, values, true, guest);
  }

  GuestKind guest() {
    return guest;
  }

  /// The value of `key`; empty when it is absent or empty.
  ///
  /// @throws BadInputException when it is not base64 of UTF-8 text though the type is, or holds a
  ///   NUL
  String value(String key) throws BadInputException {
    String raw = values.getOrDefault(key, "");
    String value = encoded ? decode(raw) : raw;
    if (value == null) {
      throw bad(key, "is " + BadInputException.quote(raw), "base64 of text, as unikernelType is");
    }
    if (value.indexOf('\0') >= 0) {
      throw bad(
          key, "is " + BadInputException.quote(value) + " with a NUL in it", "text without NUL");
    }
    return value;
  }

  /// The exception that says what is wrong with the value of `key`.
  BadInputException bad(String key, String problem, String expected) {
    return new BadInputException(where, key, problem, expected);
  }

  /// How a known word has to be written here, for messages.
  String encoding() {
    return encoded ? "in base64 as unikernelType is" : "as plain text as unikernelType is";
  }

  /// Standard base64 with its padding, of UTF-8; null when it is not. As Go's decoder does, which
  /// urunc uses, padding is required, because without it most short paths would decode to
  /// something.
  private static @Nullable String decode(String raw) {
    if (raw.length() % 4 != 0) {
      return null;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(raw);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return null;
    }
  }
}
