package dev.urunj.cli.cni;

import dev.urunj.runtime.oci.BadInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variables by which a plugin is called; CNI specification, section "Parameters". `CNI_ARGS`
/// and `CNI_PATH` mean nothing to this plugin, and `CNI_NETNS_OVERRIDE`, which allows other plugins
/// to work on the namespace they run in, is not obeyed, because that namespace is the node's.
final class CniEnvironment {
  private static final int LONGEST_INTERFACE_NAME = 15; // IFNAMSIZ - 1, uapi/linux/if.h

  private final Map<String, String> variables;

  CniEnvironment(Map<String, String> variables) {
    this.variables = variables;
  }

  String command() throws CniException {
    return required("CNI_COMMAND");
  }

  /// ASCII letters and digits, behind the first also `_`, `.` and `-`.
  String containerId() throws CniException {
    String id = required("CNI_CONTAINERID");
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (!isLetterOrDigit(c) && (i == 0 || (c != '_' && c != '.' && c != '-'))) {
        throw invalid("CNI_CONTAINERID", id, "letters and digits, then also _ . and -");
      }
    }
    return id;
  }

  String interfaceName() throws CniException {
    String name = required("CNI_IFNAME");
    boolean valid =
        name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_INTERFACE_NAME
            && !name.equals(".")
            && !name.equals("..");
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      valid &= c > ' ' && c != '/' && c != ':' && c != 0x7f;
    }
    if (!valid) {
      throw invalid("CNI_IFNAME", name, "a name of an interface, at most 15 bytes");
    }
    return name;
  }

  Path namespace() throws CniException {
    String path = required("CNI_NETNS");
    if (!path.startsWith("/")) {
      throw invalid("CNI_NETNS", path, "an absolute path");
    }
    return Path.of(path);
  }

  /// The path for a clean-up. One that cannot lead anywhere counts as none.
  @Nullable Path namespaceIfAny() {
    String path = variables.get("CNI_NETNS");
    return path == null || !path.startsWith("/") ? null : Path.of(path);
  }

  static CniException invalid(String variable, String value, String expected) {
    return new CniException(
        CniException.INVALID_ENVIRONMENT,
        variable + " is " + BadInputException.quote(value),
        "expected " + expected);
  }

  private String required(String variable) throws CniException {
    String value = variables.get(variable);
    if (value == null || value.isEmpty()) {
      throw new CniException(
          CniException.INVALID_ENVIRONMENT,
          "required environment variable " + variable + " is missing",
          "");
    }
    return value;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
