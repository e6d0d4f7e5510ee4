package dev.urunj.linux.tap;

import dev.urunj.linux.errno.Quoted;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A TAP as the caller wants it.
///
/// @param name 1 to 15 bytes without `/`, `:`, `%`, white space or control characters; not `.` or
///   `..`. `%` would let the kernel choose the name
/// @param ownerUid who may attach to it without `CAP_NET_ADMIN`, in the initial user namespace
/// @param ownerGid the group whose members may, too
/// @param multiQueue whether more than one descriptor can be attached, each a queue
/// @param header whether frames come with `struct virtio_net_hdr` in front
public record TapSpec(String name, int ownerUid, int ownerGid, boolean multiQueue, boolean header) {
  static final int IFNAMSIZ = 16; // uapi/linux/if.h, with the zero byte

  /// With a header in front of each frame.
  public TapSpec(String name, int ownerUid, int ownerGid, boolean multiQueue) {
    this(name, ownerUid, ownerGid, multiQueue, true);
  }

  /// Checks name and ids.
  ///
  /// @throws IllegalArgumentException for a name the kernel would refuse or change, or a negative
  ///   id
  public TapSpec {
    String wrong = wrongWith(name);
    if (wrong != null) {
      throw new IllegalArgumentException("interface name " + Quoted.of(name) + ": " + wrong);
    }
    if (ownerUid < 0 || ownerGid < 0) {
      throw new IllegalArgumentException(
          "owner " + ownerUid + ":" + ownerGid + " of a TAP: expected ids from 0 on");
    }
  }

  private static @Nullable String wrongWith(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length >= IFNAMSIZ) {
      return length + " bytes, expected 1 to 15";
    }
    if (name.equals(".") || name.equals("..")) {
      return "reserved";
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if ("/:%".indexOf(c) >= 0 || Character.isWhitespace(c) || Character.isISOControl(c)) {
        return "no '/', ':', '%', white space or control character is allowed";
      }
    }
    return null;
  }
}
