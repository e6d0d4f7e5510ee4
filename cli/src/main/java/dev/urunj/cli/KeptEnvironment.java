package dev.urunj.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the launcher has changed in the environment for the JVM's sake, as the changes that take it
/// back: another program must find what the caller gave.
///
/// `URUNJ_KEPT_NAME=value` says that the caller gave `NAME=value`, `URUNJ_SET_NAME=1` that the
/// caller gave no `NAME` and the launcher did. Both are written by dist/src/main/sh/urunj.
///
/// @param added `NAME=VALUE` each
/// @param removed names
record KeptEnvironment(List<String> added, List<String> removed) {
  private static final String KEPT = "URUNJ_KEPT_";
  private static final String SET = "URUNJ_SET_";

  static KeptEnvironment of(Map<String, String> environment) {
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    for (Map.Entry<String, String> entry : environment.entrySet()) {
      String name = entry.getKey();
      if (name.startsWith(KEPT)) {
        removed.add(name);
        added.add(name.substring(KEPT.length()) + "=" + entry.getValue());
      } else if (name.startsWith(SET)) {
        removed.add(name);
        removed.add(name.substring(SET.length()));
      }
    }
    return new KeptEnvironment(added, removed);
  }
}
