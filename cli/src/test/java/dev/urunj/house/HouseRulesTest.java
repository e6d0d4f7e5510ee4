package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Which package uses which, read from the class files that are shipped.
class HouseRulesTest {
  private static final List<ClassModel> CLASSES = new ArrayList<>();

  @BeforeAll
  static void readShippedClasses() throws IOException {
    CLASSES.clear();
    CLASSES.addAll(ShippedClasses.read());
  }

  @Test
  void packagesUseEachOtherAsWrittenDown() {
    Map<String, Set<String>> edges = edges();
    assertThat(edges.keySet()).isEqualTo(new TreeSet<>(PackageUses.ALL.keySet()));
    List<String> unexpected = new ArrayList<>();
    edges.forEach((from, targets) ->
        targets.stream()
            .filter(to -> !PackageUses.ALL.getOrDefault(from, Set.of()).contains(to))
            .forEach(to -> unexpected.add(from + " uses " + to)));
    assertThat(unexpected).isEmpty();
  }

  @Test
  void whatIsWrittenDownIsUsed() {
    Map<String, Set<String>> edges = edges();
    List<String> idle = new ArrayList<>();
    PackageUses.ALL.forEach((from, targets) ->
        targets.stream()
            .filter(to -> !edges.getOrDefault(from, Set.of()).contains(to))
            .forEach(to -> idle.add(from + " does not use " + to)));
    assertThat(idle).isEmpty();
  }

  @Test
  void noPackageUsesItselfByWayOfOthers() {
    for (String start : PackageUses.ALL.keySet()) {
      Set<String> reached = new TreeSet<>();
      List<String> next = new ArrayList<>(PackageUses.ALL.getOrDefault(start, Set.of()));
      while (!next.isEmpty()) {
        String one = next.removeLast();
        if (reached.add(one)) {
          next.addAll(PackageUses.ALL.getOrDefault(one, Set.of()));
        }
      }
      assertThat(reached).as(start).doesNotContain(start);
    }
  }

  private static Map<String, Set<String>> edges() {
    Map<String, Set<String>> edges = new TreeMap<>();
    for (ClassModel model : CLASSES) {
      String from = ShippedClasses.packageOf(ShippedClasses.nameOf(model));
      Set<String> targets = edges.computeIfAbsent(from, _ -> new TreeSet<>());
      for (PoolEntry entry : model.constantPool()) {
        for (String used : ShippedClasses.namesIn(entry)) {
          String to = ShippedClasses.packageOf(used);
          if (!to.equals(from)) {
            targets.add(to);
          }
        }
      }
    }
    return edges;
  }
}
