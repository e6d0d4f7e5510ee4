package dev.urunj.runtime.recovery;

import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.recovery.Finding.Kind;
import dev.urunj.runtime.recovery.Finding.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one sweep has found so far. Acts on each finding, unless the sweep only looks.
final class Findings {
  private final boolean apply;
  private final List<Finding> all = new ArrayList<>();

  Findings(boolean apply) {
    this.apply = apply;
  }

  /// Whether garbage is removed.
  boolean apply() {
    return apply;
  }

  /// Garbage, as its finding will say it.
  record Garbage(Kind kind, String subject, String reason, String proof, String action) {}

  void garbage(Garbage garbage, Undo.Step removal) {
    if (!apply) {
      add(garbage, Outcome.FOUND, null);
      return;
    }
    try {
      removal.run();
      add(garbage, Outcome.REMOVED, null);
    } catch (IOException e) {
      add(garbage, Outcome.FAILED, e);
    }
  }

  void left(Kind kind, String subject, String reason) {
    all.add(new Finding(kind, subject, reason, "", "", Outcome.LEFT, null));
  }

  /// Something that could not even be looked at.
  void unseen(Kind kind, String subject, IOException failure) {
    left(kind, subject, "cannot be looked at: " + failure.getMessage());
  }

  List<Finding> all() {
    return List.copyOf(all);
  }

  private void add(Garbage garbage, Outcome outcome, @Nullable IOException failure) {
    all.add(
        new Finding(
            garbage.kind(),
            garbage.subject(),
            garbage.reason(),
            garbage.proof(),
            garbage.action(),
            outcome,
            failure == null ? null : String.valueOf(failure.getMessage())));
  }
}
