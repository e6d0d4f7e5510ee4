package dev.urunj.cli.text;

import java.io.PrintStream;
import java.util.List;

/// Text in columns.
public final class Table {
  private static final int GAP = 3;

  private Table() {}

  /// Prints a row of titles and the rows, each column as wide as its widest cell; the last cell of
  /// a row is not filled up.
  ///
  /// @param out where to
  /// @param rows as many cells each as there are titles, safe to print
  public static void print(PrintStream out, String[] titles, List<String[]> rows) {
    int[] widths = new int[titles.length];
    widen(widths, titles);
    for (String[] row : rows) {
      widen(widths, row);
    }
    printRow(out, titles, widths);
    for (String[] row : rows) {
      printRow(out, row, widths);
    }
  }

  private static void widen(int[] widths, String[] cells) {
    for (int column = 0; column < widths.length; column++) {
      widths[column] = Math.max(widths[column], cells[column].length());
    }
  }

  private static void printRow(PrintStream out, String[] cells, int[] widths) {
    StringBuilder row = new StringBuilder();
    for (int column = 0; column < cells.length; column++) {
      row.append(cells[column]);
      if (column < cells.length - 1) {
        row.append(" ".repeat(widths[column] - cells[column].length() + GAP));
      }
    }
    out.println(row);
  }
}
