package dev.urunj.e2e.fault;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What a run of faults came to, by kind. Any thread.
final class FaultTally {
  private final Map<String, Row> rows = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private final Map<Scene, Integer> scenes = new EnumMap<>(Scene.class);
  private int missed = 0;

  private static final class Row {
    private int injected;
    private int succeeded;
    private int natural;
    private int byGc;
    private int failed;
  }

  synchronized void add(Outcome outcome) {
    if (!outcome.hit().came()) {
      missed++;
      return;
    }
    Row row = row(outcome.kind());
    row.injected++;
    count(outcome.fault());
    if (outcome.code() == 0) {
      row.succeeded++;
    }
    switch (outcome.way()) {
      case NATURAL -> row.natural++;
      case GC -> row.byGc++;
    }
  }

  /// A fault after which something was left or said that must not be.
  synchronized void fail(Fault fault, String story) {
    Row row = row(new Outcome(fault, new Hit(true, "", CallCounts.NONE), 1, Outcome.Way.GC).kind());
    row.injected++;
    count(fault);
    row.failed++;
    failures.add(fault + "\n" + story);
  }

  private Row row(String kind) {
    return rows.computeIfAbsent(kind, _ -> new Row());
  }

  private void count(Fault fault) {
    int _ = scenes.merge(fault.scene(), 1, Integer::sum);
  }

  /// How many there were in one scene.
  synchronized int injected(Scene scene) {
    return scenes.getOrDefault(scene, 0);
  }

  synchronized int injected() {
    return rows.values().stream().mapToInt(row -> row.injected).sum();
  }

  synchronized int failed() {
    return failures.size();
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  synchronized String line() {
    int byGc = rows.values().stream().mapToInt(row -> row.byGc).sum();
    return injected()
        + " faults, "
        + failed()
        + " failed, "
        + byGc
        + " needed gc, "
        + missed
        + " came too late";
  }

  /// In Markdown.
  synchronized String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        "| fault | injected | the command succeeded | back by the next command | back by `gc` | leaks and changes |\n");
    table.append("|---|---:|---:|---:|---:|---:|\n");
    Row sum = new Row();
    for (Map.Entry<String, Row> entry : rows.entrySet()) {
      append(table, entry.getKey(), entry.getValue());
      sum.injected += entry.getValue().injected;
      sum.succeeded += entry.getValue().succeeded;
      sum.natural += entry.getValue().natural;
      sum.byGc += entry.getValue().byGc;
      sum.failed += entry.getValue().failed;
    }
    append(table, "**all**", sum);
    return table.toString();
  }

  private static void append(StringBuilder table, String kind, Row row) {
    table.append(
        String.format(
            Locale.ROOT,
            "| %s | %d | %d | %d | %d | %d |%n",
            kind,
            row.injected,
            row.succeeded,
            row.natural,
            row.byGc,
            row.failed));
  }
}
