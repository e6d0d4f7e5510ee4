package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.PermittedSubclassesAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// No class knows itself by way of others, because classes in a circle can only be read and tested
/// together. A nested class counts as the file that it is in.
class CircleRulesTest {
  @Test
  void noClassKnowsItselfByWayOfOthers() throws IOException {
    List<ClassModel> classes = ShippedClasses.read();
    Map<String, Set<String>> uses = uses(classes);
    assertThat(uses).hasSizeGreaterThan(150);
    assertThat(new Circles(uses).found()).isEmpty();
  }

  @Test
  void circleIsFound() {
    Map<String, Set<String>> uses = new TreeMap<>();
    uses.put("a", Set.of("b", "d"));
    uses.put("b", Set.of("c"));
    uses.put("c", Set.of("a"));
    uses.put("d", Set.of());
    assertThat(new Circles(uses).found()).containsExactly(Set.of("a", "b", "c"));
  }

  private static Map<String, Set<String>> uses(List<ClassModel> classes) {
    Set<String> ours = new HashSet<>();
    for (ClassModel model : classes) {
      ours.add(fileOf(ShippedClasses.nameOf(model)));
    }
    Map<String, Set<String>> uses = new TreeMap<>();
    for (ClassModel model : classes) {
      String from = fileOf(ShippedClasses.nameOf(model));
      Set<String> targets = uses.computeIfAbsent(from, _ -> new TreeSet<>());
      for (PoolEntry entry : model.constantPool()) {
        for (String name : ShippedClasses.namesIn(entry)) {
          String to = fileOf(name);
          if (!to.equals(from) && ours.contains(to)) {
            targets.add(to);
          }
        }
      }
      targets.removeAll(permitted(model));
    }
    return uses;
  }

  /// A sealed type names what it permits, as the language wants it.
  private static Set<String> permitted(ClassModel model) {
    Set<String> names = new HashSet<>();
    PermittedSubclassesAttribute attribute =
        model.findAttribute(Attributes.permittedSubclasses()).orElse(null);
    if (attribute != null) {
      for (ClassEntry one : attribute.permittedSubclasses()) {
        names.add(fileOf(one.asInternalName()));
      }
    }
    return names;
  }

  private static String fileOf(String className) {
    int nested = className.indexOf('$');
    return nested < 0 ? className : className.substring(0, nested);
  }

  /// Tarjan's strongly connected components, of which those with several members are circles.
  private static final class Circles {
    private final Map<String, Set<String>> uses;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Set<String>> circles = new ArrayList<>();

    Circles(Map<String, Set<String>> uses) {
      this.uses = uses;
    }

    List<Set<String>> found() {
      for (String one : uses.keySet()) {
        if (!numbers.containsKey(one)) {
          visit(one);
        }
      }
      return circles;
    }

    private void visit(String one) {
      numbers.put(one, numbers.size());
      lowest.put(one, numbers.get(one));
      open.push(one);
      for (String next : uses.getOrDefault(one, Set.of())) {
        if (!numbers.containsKey(next)) {
          visit(next);
          lowest.merge(one, lowest.get(next), Math::min);
        } else if (open.contains(next)) {
          lowest.merge(one, numbers.get(next), Math::min);
        }
      }
      if (lowest.get(one).equals(numbers.get(one))) {
        close(one);
      }
    }

    private void close(String first) {
      Set<String> circle = new TreeSet<>();
      String member;
      do {
        member = open.pop();
        circle.add(member);
      } while (!member.equals(first));
      if (circle.size() > 1) {
        circles.add(circle);
      }
    }
  }
}
