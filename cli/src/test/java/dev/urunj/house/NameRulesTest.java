package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names of classes, and fields that belong to none of their objects.
class NameRulesTest {
  private static final List<ClassModel> CLASSES = new ArrayList<>();

  @BeforeAll
  static void readShippedClasses() throws IOException {
    CLASSES.clear();
    CLASSES.addAll(ShippedClasses.read());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Impl", "Util", "Utils", "Helper", "Manager"})
  void noClassIsNamedForNothing(String suffix) {
    assertThat(CLASSES).extracting(ShippedClasses::nameOf).noneMatch(name -> name.endsWith(suffix));
  }

  /// Of two types with one name each reader has to ask which one is meant.
  @Test
  void noSimpleNameExistsTwice() {
    Map<String, String> seen = new TreeMap<>();
    List<String> twice = new ArrayList<>();
    for (ClassModel model : CLASSES) {
      String name = ShippedClasses.nameOf(model);
      String simple = name.substring(name.lastIndexOf('/') + 1);
      if (simple.contains("$") || simple.endsWith("-info")) {
        continue;
      }
      String other = seen.put(simple, name);
      if (other != null) {
        twice.add(other + " and " + name);
      }
    }
    assertThat(twice).isEmpty();
  }

  @Test
  void noStaticFieldCanChange() {
    List<String> found = new ArrayList<>();
    for (ClassModel model : CLASSES) {
      for (FieldModel field : model.fields()) {
        if (field.flags().has(AccessFlag.STATIC) && !field.flags().has(AccessFlag.FINAL)) {
          found.add(ShippedClasses.nameOf(model) + "." + field.fieldName().stringValue());
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
