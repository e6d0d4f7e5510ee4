package dev.urunj.e2e.matrix;

import java.util.List;
import java.util.Map;

/// The matrix as docs/networking.md shows it.
final class MatrixTables {
  private MatrixTables() {}

  /// Every row of one pod, a column for each protocol.
  static String whole(Measurement measured) {
    StringBuilder text = new StringBuilder();
    text.append("| from | dials | port | TCP, IPv4 | UDP, IPv4 | TCP, IPv6 | UDP, IPv6 |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    rows(text, measured, MatrixProtocol.PORTED);
    text.append("\n| from | echo request to | ICMP | ICMPv6 |\n|---|---|---|---|\n");
    rows(text, measured, MatrixProtocol.ECHOING);
    return text.toString();
  }

  private static void rows(
      StringBuilder text, Measurement measured, List<MatrixProtocol> protocols) {
    for (MatrixRow row : MatrixRow.all()) {
      if (row.protocols() == protocols) {
        text.append("| " + row.from() + " | " + row.to() + " |");
        if (protocols == MatrixProtocol.PORTED) {
          text.append(" " + row.port() + " |");
        }
        for (MatrixProtocol protocol : protocols) {
          text.append(" " + shown(measured.word(row, protocol)) + " |");
        }
        text.append('\n');
      }
    }
  }

  /// The rows in which others than the first differ from it, a column for each.
  static String differences(Map<String, Measurement> columns) {
    StringBuilder text = new StringBuilder("| from | dials | port |");
    columns.keySet().forEach(name -> text.append(" " + name + " |"));
    text.append("\n|---|---|---|" + "---|".repeat(columns.size()) + "\n");
    for (MatrixRow row : MatrixRow.all()) {
      List<String> cells = columns.values().stream().map(each -> each.words(row)).toList();
      if (cells.stream().filter(cell -> !cell.isEmpty()).distinct().count() > 1) {
        text.append("| " + row.from() + " | " + row.to() + " | " + row.port() + " |");
        cells.forEach(cell -> text.append(" " + shown(cell) + " |"));
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String shown(String word) {
    return word.isEmpty() ? "–" : word;
  }
}
