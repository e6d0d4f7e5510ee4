package dev.urunj.runtime.monitor;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What a monitor said on its standard error stream: its last lines as one. The text may come from
/// a guest, so what is no printable character is replaced.
public final class MonitorLog {
  private static final int TAIL = 1024;

  private MonitorLog() {}

  /// The last words of a monitor.
  ///
  /// @return the end of the log in one line, or an empty string
  public static String tail(Path file) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long length = log.length();
      byte[] tail = new byte[(int) Math.min(length, TAIL)];
      log.seek(length - tail.length);
      log.readFully(tail);
      return oneLine(new String(tail, StandardCharsets.UTF_8));
    } catch (IOException _) {
      return ""; // the failure itself is reported; this would only have explained it
    }
  }

  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    String stripped = text.strip();
    for (int i = 0; i < stripped.length(); i++) {
      char c = stripped.charAt(i);
      if (c == '\n') {
        line.append("; ");
      } else if (c != '\r') {
        line.append(isPrintable(c) ? c : '?');
      }
    }
    return line.toString();
  }

  private static boolean isPrintable(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
