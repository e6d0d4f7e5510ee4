package dev.urunj.cli;

import java.util.List;

/// Text in columns, on standard output.
final class Table {
  private static final int GAP = 3;

  private Table() {}

  /// Prints a row of titles and the rows, each column as wide as its widest cell; the last cell of
  /// a row is not filled up.
  ///
  /// @param rows as many cells each as there are titles, safe to print
  static void print(String[] titles, List<String[]> rows) {
    int[] widths = new int[titles.length];
    widen(widths, titles);
    for (String[] row : rows) {
      widen(widths, row);
    }
    printRow(titles, widths);
    for (String[] row : rows) {
      printRow(row, widths);
    }
  }

  private static void widen(int[] widths, String[] cells) {
    for (int column = 0; column < widths.length; column++) {
      widths[column] = Math.max(widths[column], cells[column].length());
    }
  }

  private static void printRow(String[] cells, int[] widths) {
    StringBuilder row = new StringBuilder();
    for (int column = 0; column < cells.length; column++) {
      row.append(cells[column]);
      if (column < cells.length - 1) {
        row.append(" ".repeat(widths[column] - cells[column].length() + GAP));
      }
    }
    System.out.println(row);
  }
}
