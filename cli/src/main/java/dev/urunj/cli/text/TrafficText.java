package dev.urunj.cli.text;

import dev.urunj.runtime.network.PathTraffic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a wiring has counted, for people: what has moved, by where it was seen, and what was
/// dropped.
final class TrafficText {
  private static final int WORDS = 58;
  private static final int NUMBER = 12;

  private final StringBuilder text;

  /// Writes behind what is there.
  TrafficText(StringBuilder text) {
    this.text = text;
  }

  /// @param all that was counted; where that is nothing, nothing is written
  void write(List<PathTraffic> all) {
    if (all.isEmpty()) {
      return;
    }
    text.append('\n');
    row("traffic", "PACKETS", "BYTES");
    PathTraffic.Group group = null;
    for (PathTraffic path : all) {
      if (path.packets() > 0 && !path.dropped()) {
        group = title(group, path.group());
        row("  " + path.words(), number(path.packets()), number(path.bytes()));
      }
    }
    boolean dropped = false;
    for (PathTraffic path : all) {
      if (path.packets() > 0 && path.dropped()) {
        dropped = dropped || drops();
        row("  " + path.words(), number(path.packets()), number(path.bytes()));
      }
    }
    if (!dropped) {
      text.append("dropped: nothing\n");
    }
  }

  private boolean drops() {
    text.append("dropped\n");
    return true;
  }

  private PathTraffic.Group title(PathTraffic.@Nullable Group last, PathTraffic.Group group) {
    if (group != last) {
      text.append(group.title()).append('\n');
    }
    return group;
  }

  private void row(String words, String packets, String bytes) {
    text.append(words)
        .append(" ".repeat(Math.max(1, WORDS - words.length())))
        .append(right(packets))
        .append(right(bytes))
        .append('\n');
  }

  private static String number(long number) {
    return Long.toString(number);
  }

  private static String right(String number) {
    return " ".repeat(Math.max(1, NUMBER - number.length())) + number;
  }
}
