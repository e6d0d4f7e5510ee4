package dev.urunj.runtime.image;

import dev.urunj.runtime.network.DeclaredPorts;
import dev.urunj.runtime.oci.BadInputException;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What the container's own annotations (`dev.urunj.*`, always plain text) change for this one
/// container. Only the specification's annotations count, never the image's `/urunc.json`. An empty
/// value is as none.
///
/// @param memoryMib `dev.urunj.memory`: the guest's memory, `512`, `512Mi`, `2Gi`, `600M`, `1G` or
///   `536870912B`; a bare number is MiB
/// @param vcpus `dev.urunj.vcpus`: 1 to 256
/// @param monitor `dev.urunj.monitor`: used in place of the image's hypervisor
/// @param accelerator `dev.urunj.accel`
/// @param networkMode `dev.urunj.network.mode`
/// @param localhost `dev.urunj.network.localhost`: `true` or `false`
/// @param ports `dev.urunj.ports.NAME` for the container that Kubernetes calls NAME, or else
///   `dev.urunj.ports`
public record Overrides(
    OptionalInt memoryMib,
    OptionalInt vcpus,
    @Nullable MonitorKind monitor,
    @Nullable WantedAccelerator accelerator,
    @Nullable NetworkMode networkMode,
    @Nullable Boolean localhost,
    @Nullable DeclaredPorts ports) {
  /// The largest number of virtual CPUs.
  public static final int MOST_VCPUS = 256;

  static final String MEMORY = "dev.urunj.memory";
  static final String VCPUS = "dev.urunj.vcpus";
  static final String MONITOR = "dev.urunj.monitor";
  static final String ACCEL = "dev.urunj.accel";
  static final String NETWORK_MODE = "dev.urunj.network.mode";
  static final String LOCALHOST = "dev.urunj.network.localhost";
  static final String PORTS = "dev.urunj.ports";

  /// No change at all.
  public static Overrides none() {
    return new Overrides(OptionalInt.empty(), OptionalInt.empty(), null, null, null, null, null);
  }

  static Overrides read(String where, Map<String, String> annotations) throws BadInputException {
    return new Overrides(
        memory(where, value(annotations, MEMORY)),
        vcpus(where, value(annotations, VCPUS)),
        monitor(where, value(annotations, MONITOR)),
        accelerator(where, value(annotations, ACCEL)),
        networkMode(where, value(annotations, NETWORK_MODE)),
        localhost(where, value(annotations, LOCALHOST)),
        ports(where, annotations));
  }

  /// The network mode that a container's annotations ask for, whatever the container is; null when
  /// they ask for none.
  ///
  /// @param where the specification's file, for messages
  public static @Nullable NetworkMode networkModeOf(String where, Map<String, String> annotations)
      throws BadInputException {
    return networkMode(where, value(annotations, NETWORK_MODE));
  }

  private static OptionalInt memory(String where, String text) throws BadInputException {
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    Integer mib = GuestMemory.parseMib(text);
    if (mib == null) {
      throw bad(
          where,
          MEMORY,
          text,
          GuestMemory.RANGE + ", written as 512 or 512Mi (MiB), 2Gi, 600M, 1G or 536870912B");
    }
    return OptionalInt.of(mib);
  }

  private static OptionalInt vcpus(String where, String text) throws BadInputException {
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    int vcpus = 0;
    for (int i = 0; i < text.length() && vcpus <= MOST_VCPUS; i++) {
      int digit = text.charAt(i) - '0';
      vcpus = digit < 0 || digit > 9 ? MOST_VCPUS + 1 : 10 * vcpus + digit;
    }
    if (vcpus < 1 || vcpus > MOST_VCPUS) {
      throw bad(where, VCPUS, text, "a whole number from 1 to " + MOST_VCPUS);
    }
    return OptionalInt.of(vcpus);
  }

  private static @Nullable MonitorKind monitor(String where, String text) throws BadInputException {
    MonitorKind monitor = MonitorKind.of(text);
    if (monitor == null && !text.isEmpty()) {
      throw bad(where, MONITOR, text, MonitorKind.WORDS);
    }
    return monitor;
  }

  private static @Nullable WantedAccelerator accelerator(String where, String text)
      throws BadInputException {
    WantedAccelerator accelerator = WantedAccelerator.of(text);
    if (accelerator == null && !text.isEmpty()) {
      throw bad(where, ACCEL, text, WantedAccelerator.WORDS);
    }
    return accelerator;
  }

  private static @Nullable NetworkMode networkMode(String where, String text)
      throws BadInputException {
    NetworkMode mode = NetworkMode.of(text);
    if (mode == null && !text.isEmpty()) {
      throw bad(where, NETWORK_MODE, text, NetworkMode.WORDS);
    }
    return mode;
  }

  private static @Nullable Boolean localhost(String where, String text) throws BadInputException {
    return switch (text) {
      case "" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(where, LOCALHOST, text, "true or false");
    };
  }

  /// The annotations of a Kubernetes pod may reach all of its containers.
  private static @Nullable DeclaredPorts ports(String where, Map<String, String> annotations)
      throws BadInputException {
    String name = value(annotations, "io.kubernetes.cri.container-name"); // containerd
    if (name.isEmpty()) {
      name = value(annotations, "io.kubernetes.container.name"); // CRI-O
    }
    String key = PORTS + "." + name;
    if (name.isEmpty() || value(annotations, key).isEmpty()) {
      key = PORTS;
    }
    String text = value(annotations, key);
    return text.isEmpty() ? null : DeclaredPorts.parse(where, key, text);
  }

  private static String value(Map<String, String> annotations, String key) {
    return annotations.getOrDefault(key, "");
  }

  private static BadInputException bad(String where, String key, String value, String expected) {
    return new BadInputException(where, key, "is " + BadInputException.quote(value), expected);
  }
}
