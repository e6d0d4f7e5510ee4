package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.process.ProcessStat;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads a container from the low-level runtimes' own state when ours cannot be read: runc's
/// `state.json` and crun's `status`. Only searches for what is needed, because that state may be
/// damaged too.
public final class LowLevelState {
  private static final int LIMIT = 1 << 20;

  /// In runc's words and in crun's.
  private static final String[] PID = {"\"init_process_pid\":", "\"pid\" :", "\"pid\":"};

  private static final String[] START = {
    "\"init_process_start\":", "\"process-start-time\" :", "\"process-start-time\":"
  };

  private LowLevelState() {}

  /// Whether the process of a container under a low-level runtime's root runs.
  public static boolean isAlive(Path root) throws IOException {
    for (String state : states(root)) {
      long pid = number(state, PID);
      ProcessStat stat = pid > Integer.MAX_VALUE ? null : ProcessStat.read((int) pid);
      if (stat != null && !stat.isZombie() && stat.startTime() == number(state, START)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a container under a low-level runtime's root was made from a bundle.
  public static boolean hasBundle(Path root, Path bundle) {
    for (String state : states(root)) {
      if (state.contains("\"bundle=" + bundle + "\"")
          || state.contains("\"bundle\" : \"" + bundle + "\"")
          || state.contains("\"bundle\":\"" + bundle + "\"")) {
        return true;
      }
    }
    return false;
  }

  private static String[] states(Path root) {
    File[] containers = root.toFile().listFiles();
    if (containers == null) {
      return new String[0];
    }
    String[] states = new String[containers.length];
    for (int i = 0; i < containers.length; i++) {
      states[i] =
          text(new File(containers[i], "state.json")) + text(new File(containers[i], "status"));
    }
    return states;
  }

  private static String text(File file) {
    if (!file.isFile()) {
      return "";
    }
    try (FileInputStream in = new FileInputStream(file)) {
      return new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return "";
    }
  }

  /// The number behind the first of some keys; 0 when there is none.
  private static long number(String text, String[] keys) {
    for (String key : keys) {
      int at = text.indexOf(key);
      if (at >= 0) {
        return number(text, at + key.length());
      }
    }
    return 0;
  }

  private static long number(String text, int from) {
    long number = 0;
    for (int i = from; i < text.length() && number < Long.MAX_VALUE / 100; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        number = 10 * number + (c - '0');
      } else if (c != ' ' && c != '"') {
        break;
      }
    }
    return number;
  }
}
