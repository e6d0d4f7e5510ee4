package dev.urunj.runtime.config;

import dev.urunj.runtime.image.GuestMemory;
import dev.urunj.runtime.image.MonitorKind;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.image.Overrides;
import dev.urunj.runtime.image.WantedAccelerator;
import dev.urunj.runtime.network.AliasNets;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.BoundedFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads the file and the environment into one [Config]. Only a file that exists loads the TOML
/// library.
public final class ConfigReader {
  private static final String FILE_VARIABLE = "URUNJ_CONFIG_FILE";
  private static final String ACCEL_VARIABLE = "URUNJ_ACCEL";
  private static final String RUNTIME_VARIABLE = "URUNJ_RUNTIME";
  private static final String DEFAULT_FILE = "/etc/urunj/config.toml";
  private static final int FILE_LIMIT =
      64 << 10; // the library needs the whole heap for larger ones

  private static final int MOST_UNKNOWN = 20;
  private static final int DEFAULT_MEMORY_MIB = 256;
  private static final int LARGEST_OVERHEAD_MIB = 1 << 20;

  private final Map<String, String> environment;
  private final List<String> warnings = new ArrayList<>();

  /// A reader of the file that the environment names, or of the default.
  ///
  /// @param environment the caller's variables
  public ConfigReader(Map<String, String> environment) {
    this.environment = environment;
  }

  /// Reads the configuration. A file that does not exist leaves the defaults: silently, or with a
  /// warning where `URUNJ_CONFIG_FILE` names it. The variables `URUNJ_ACCEL` (for every monitor)
  /// and `URUNJ_RUNTIME` win over the file; an empty variable is as none.
  ///
  /// @throws dev.urunj.runtime.oci.BadInputException when the file or a variable is wrong
  public Config read() throws IOException {
    ConfigTable root = root();
    LogConfig log = log(root.table("log"));
    TimestampsConfig timestamps = timestamps(root.table("timestamps"));
    Map<MonitorKind, MonitorConfig> monitors = monitors(root.table("monitors"));
    VirtiofsdConfig virtiofsd = virtiofsd(root.table("extra_binaries").table("virtiofsd"));
    WantedRuntime lowLevel = lowLevel(root.table("runtime"));
    NetworkConfig network = network(root.table("network"));
    addUnknown(root);
    return new Config(log, timestamps, monitors, virtiofsd, lowLevel, network, warnings);
  }

  /// Without this limit a file of another program would fill the log of every command.
  private void addUnknown(ConfigTable root) {
    List<String> unknown = new ArrayList<>();
    root.addUnknown(unknown);
    int shown = Math.min(unknown.size(), MOST_UNKNOWN);
    warnings.addAll(unknown.subList(0, shown));
    if (shown < unknown.size()) {
      warnings.add(
          root.where() + ": " + (unknown.size() - shown) + " more keys are unknown and ignored");
    }
  }

  private ConfigTable root() throws IOException {
    String named = environment.getOrDefault(FILE_VARIABLE, "");
    Path file = ConfigTable.path("", FILE_VARIABLE, named.isEmpty() ? DEFAULT_FILE : named);
    try {
      return TomlFile.parse(BoundedFile.text(file, FILE_LIMIT), file.toString());
    } catch (NoSuchFileException e) {
      if (!named.isEmpty()) {
        warnings.add(FILE_VARIABLE + " names " + BadInputException.quote(named) + ", not found");
      }
      return ConfigTable.empty(file.toString());
    }
  }

  private static LogConfig log(ConfigTable table) throws BadInputException {
    String level = table.string("level", "info").toLowerCase(Locale.ROOT);
    switch (level) {
      case "trace", "debug", "info", "warn", "warning", "error", "fatal", "panic" -> {}
      default -> throw table.bad("level", level, LogConfig.LEVELS);
    }
    return new LogConfig(level, table.flag("syslog"));
  }

  private static TimestampsConfig timestamps(ConfigTable table) throws BadInputException {
    Path file = table.path("destination");
    return new TimestampsConfig(
        table.flag("enabled"), file == null ? Path.of("/var/log/urunj/timestamps.log") : file);
  }

  private Map<MonitorKind, MonitorConfig> monitors(ConfigTable table) throws BadInputException {
    Map<MonitorKind, MonitorConfig> monitors = new EnumMap<>(MonitorKind.class);
    for (MonitorKind kind : MonitorKind.values()) {
      monitors.put(kind, monitor(table.table(kind.word())));
    }
    return Collections.unmodifiableMap(monitors);
  }

  private MonitorConfig monitor(ConfigTable table) throws BadInputException {
    return new MonitorConfig(
        memory(table),
        vcpus(table),
        table.path("path"),
        table.path("data_path"),
        table.flag("vhost"),
        accelerator(table),
        table.integer("overhead_mb", 0, LARGEST_OVERHEAD_MIB));
  }

  /// urunc writes 0 for "the default".
  private static int memory(ConfigTable table) throws BadInputException {
    String key = "default_memory_mb";
    int mib = table.integer(key, DEFAULT_MEMORY_MIB, GuestMemory.LARGEST_MIB);
    if (mib != 0 && mib < GuestMemory.SMALLEST_MIB) {
      throw table.bad(
          key, Integer.toString(mib), "0 for the default, or MiB from " + GuestMemory.RANGE);
    }
    return mib == 0 ? DEFAULT_MEMORY_MIB : mib;
  }

  private static int vcpus(ConfigTable table) throws BadInputException {
    return Math.max(1, table.integer("default_vcpus", 1, Overrides.MOST_VCPUS));
  }

  private WantedAccelerator accelerator(ConfigTable table) throws BadInputException {
    String word = table.string("accel", WantedAccelerator.AUTO.word());
    WantedAccelerator configured = WantedAccelerator.of(word);
    if (configured == null) {
      throw table.bad("accel", word, WantedAccelerator.WORDS);
    }
    String variable = environment.getOrDefault(ACCEL_VARIABLE, "");
    WantedAccelerator wanted = variable.isEmpty() ? configured : WantedAccelerator.of(variable);
    if (wanted == null) {
      throw new BadInputException(
          "environment",
          ACCEL_VARIABLE,
          "is " + BadInputException.quote(variable),
          WantedAccelerator.WORDS);
    }
    return wanted;
  }

  private static NetworkConfig network(ConfigTable table) throws BadInputException {
    String word = table.string("mode", NetworkMode.AUTO.word());
    NetworkMode mode = NetworkMode.of(word);
    if (mode == null) {
      throw table.bad("mode", word, NetworkMode.WORDS);
    }
    String nets = "alias_nets";
    return new NetworkConfig(
        mode,
        table.flag("localhost", true),
        AliasNets.parse(table.where(), table.way(nets), table.string(nets, "")));
  }

  private static VirtiofsdConfig virtiofsd(ConfigTable table) throws BadInputException {
    Path path = table.path("path");
    String options = table.string("options", "--cache always --sandbox none");
    return new VirtiofsdConfig(
        path == null ? Path.of("/usr/libexec/virtiofsd") : path, words(options));
  }

  /// urunc's own two keys here choose ways of execution that urunj does not have.
  private WantedRuntime lowLevel(ConfigTable table) throws BadInputException {
    table.flag("libcontainer");
    table.flag("vAccel");
    String key = "low_level";
    WantedRuntime configured = lowLevel(table.where(), table.way(key), table.string(key, "auto"));
    String variable = environment.getOrDefault(RUNTIME_VARIABLE, "");
    return variable.isEmpty() ? configured : lowLevel("environment", RUNTIME_VARIABLE, variable);
  }

  private static WantedRuntime lowLevel(String where, String key, String word)
      throws BadInputException {
    return switch (word) {
      case "auto" -> new WantedRuntime.Auto();
      case "runc", "crun" -> new WantedRuntime.Named(word);
      default -> {
        if (!word.startsWith("/")) {
          throw new BadInputException(
              where,
              key,
              "is " + BadInputException.quote(word),
              "auto, runc, crun or an absolute path");
        }
        yield new WantedRuntime.At(ConfigTable.path(where, key, word));
      }
    };
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i <= text.length(); i++) {
      if (i < text.length() && text.charAt(i) > ' ') {
        word.append(text.charAt(i));
      } else if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
    }
    return words;
  }
}
