package dev.urunj.linux.namespace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Settings of a namespace (sysctl) with the values that the kernel gives each new one.
public final class SettingDefaults {
  private final List<String> names = new ArrayList<>();
  private final List<String> defaults;

  /// Keeps the defaults, each of which is `NAME VALUE`, such as `kernel/msgmax 8192`.
  public SettingDefaults(String... defaults) {
    this.defaults = List.of(defaults);
    for (String each : defaults) {
      names.add(each.substring(0, each.indexOf(' ')));
    }
  }

  /// Their names below `/proc/sys`, in the order given.
  public List<String> names() {
    return List.copyOf(names);
  }

  /// `NAME VALUE` for each setting that is not as the kernel gives it.
  ///
  /// @param values in the order of the names; null where the kernel has no such setting
  public List<String> differing(List<@Nullable String> values) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String setting = names.get(i) + " " + values.get(i);
      if (values.get(i) != null && !setting.equals(defaults.get(i))) {
        found.add(setting);
      }
    }
    return found;
  }
}
