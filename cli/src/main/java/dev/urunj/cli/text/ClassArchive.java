package dev.urunj.cli.text;

import org.jspecify.annotations.Nullable;

/// What the launcher found out about the archive of classes, without which every command is slow.
///
/// @param found `found`, `begun`, `failed` or `read-only`; null in a JVM without the launcher
/// @param library a file that lies beside the archive
record ClassArchive(@Nullable String found, @Nullable String library) {
  static ClassArchive ofThisProcess() {
    return new ClassArchive(
        System.getProperty("dev.urunj.archive"), System.getProperty("dev.urunj.library"));
  }

  /// Empty, or a line after a line break: why commands are slow and what comes next.
  String slowness() {
    if (found == null || found.equals("found") || library == null) {
      return "";
    }
    String lib = library.substring(0, library.lastIndexOf('/'));
    String reason =
        switch (found) {
          case "begun" -> "it is being made now";
          case "failed" -> "making it failed, and " + lib + "/urunj-*.failed says why";
          default -> lib + " is read-only: run " + lib + "/train where it can be written";
        };
    return "\narchive of classes: none for these files, so each command takes three times as long; "
        + reason;
  }
}
