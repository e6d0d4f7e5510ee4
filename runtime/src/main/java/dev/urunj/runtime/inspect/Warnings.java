package dev.urunj.runtime.inspect;

import dev.urunj.runtime.network.Hook;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is not broken and may do harm.
final class Warnings {
  private Warnings() {}

  /// Of what stands in a pod, one line each.
  static List<String> of(@Nullable PodSight pod) {
    List<String> warnings = new ArrayList<>();
    if (pod == null) {
      return warnings;
    }
    for (Hook hook : pod.wiring().hooks()) {
      if (hook.ours() != null) {
        addForeign(warnings, hook);
        addTcx(warnings, hook);
      }
    }
    LinkSight eth = pod.podInterface();
    LinkSight tap = pod.tap();
    boolean joined = !pod.wiring().hooks().isEmpty();
    if (joined && eth != null && tap != null && eth.mtu() != tap.mtu()) {
      warnings.add(
          eth.name()
              + " has another MTU ("
              + eth.mtu()
              + ") than the guest was given ("
              + tap.mtu()
              + "); the pod loses or refuses larger packets");
    }
    warnings.addAll(pod.wiring().warnings());
    for (String what : pod.wiring().unread()) {
      warnings.add("not known: " + what);
    }
    return warnings;
  }

  private static void addForeign(List<String> warnings, Hook hook) {
    for (Hook.Foreign filter : hook.before()) {
      warnings.add(
          "a foreign filter (priority "
              + filter.priority()
              + ", "
              + filter.kind()
              + (filter.name().isEmpty() ? "" : " " + filter.name())
              + ") at the "
              + way(hook)
              + " sees packets before ours; what it takes does not reach ours");
    }
  }

  private static void addTcx(List<String> warnings, Hook hook) {
    if (hook.tcx().isEmpty()) {
      return;
    }
    StringBuilder numbers = new StringBuilder();
    for (int id : hook.tcx()) {
      numbers.append(numbers.isEmpty() ? "" : ", ").append(id);
    }
    warnings.add(
        "TCX programs ("
            + numbers
            + ") at the "
            + way(hook)
            + " run before all filters; what they pass, drop or redirect does not reach ours");
  }

  private static String way(Hook hook) {
    return (hook.egress() ? "way out of " : "way in of ") + hook.link();
  }
}
