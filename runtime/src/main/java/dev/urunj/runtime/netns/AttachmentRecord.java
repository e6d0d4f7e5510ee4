package dev.urunj.runtime.netns;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The namespace in which an attachment was made, in a file of its own.
///
/// @param attachment whose it is
/// @param recorded which namespace it was
record AttachmentRecord(Attachment attachment, RecordedIdentity recorded) {
  private static final int LONGEST_NAME = 200; // bytes; NAME_MAX is 255

  /// The name of an attachment's file: `CONTAINER@INTERFACE`, with everything in the interface's
  /// name but letters, digits, `_`, `-` and `.` as `%XX`. A container's id has no `@`, so no two
  /// attachments have the same. Where it would be too long for a file, a hash takes its place.
  static String fileName(Attachment attachment) {
    StringBuilder name = new StringBuilder(attachment.containerId()).append('@');
    for (byte one : attachment.interfaceName().getBytes(StandardCharsets.UTF_8)) {
      if (isPlain(one)) {
        name.append((char) one);
      } else {
        name.append('%')
            .append(Character.forDigit(one >> 4 & 0xf, 16))
            .append(Character.forDigit(one & 0xf, 16));
      }
    }
    return name.length() <= LONGEST_NAME ? name.toString() : "@" + hash(name.toString());
  }

  void write(Path file) throws IOException {
    JsonObject json = JsonFile.begin();
    json.addProperty("network", attachment.network());
    json.addProperty("containerId", attachment.containerId());
    json.addProperty("ifname", attachment.interfaceName());
    JsonFile.add(json, recorded);
    JsonFile.write(file, json);
  }

  static @Nullable AttachmentRecord read(Path file) throws IOException {
    JsonFields fields = JsonFile.read(file);
    return fields == null
        ? null
        : new AttachmentRecord(
            new Attachment(
                fields.string("network"), fields.string("containerId"), fields.string("ifname")),
            JsonFile.recorded(fields));
  }

  private static boolean isPlain(byte one) {
    return (one >= 'a' && one <= 'z')
        || (one >= 'A' && one <= 'Z')
        || (one >= '0' && one <= '9')
        || one == '_'
        || one == '-'
        || one == '.';
  }

  private static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
