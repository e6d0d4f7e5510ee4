package dev.urunj.runtime.lifecycle;

import com.google.gson.JsonObject;
import dev.urunj.runtime.boot.ResourceOverhead;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `update ID`: other limits for a container. They are the guest's, so what the monitor takes
/// itself is added to those of memory, as create does. The guest's own size does not change.
///
/// This decides what the low-level runtime is asked, and the caller's process becomes that runtime.
/// Whether the container is in a status that allows it, the low-level runtime says.
public final class UpdateContainer {
  private static final long MIB = 1L << 20;

  private final Caller caller;

  public UpdateContainer(Caller caller) {
    this.caller = caller;
  }

  /// A limit as a flag of the low-level runtime's.
  ///
  /// @param flag its long name, without dashes
  /// @param value as the caller gave it; null for a flag without one
  /// @param memory what the value says, if the flag limits memory; else null
  public record Limit(String flag, @Nullable String value, @Nullable MemorySize memory) {}

  /// Limits that came as flags.
  ///
  /// @throws ContainerException when no container of ours has the id, or it has no monitor
  public MonitorCommand byFlags(String id, List<Limit> limits) throws IOException {
    try (HeldContainer held = Container.of(caller, id).hold()) {
      long overhead = overhead(held);
      List<String> words = new ArrayList<>();
      words.add("update");
      for (Limit limit : limits) {
        words.add("--" + limit.flag());
        MemorySize memory = limit.memory();
        String value = memory == null ? limit.value() : memory.withOverhead(overhead);
        if (value != null) {
          words.add(value);
        }
      }
      return command(held, words);
    }
  }

  /// Limits that came as a `linux.resources` object. They are kept in the state, because the
  /// low-level runtime reads them from a file after the lock is given back.
  ///
  /// @param resources is changed
  /// @throws dev.urunj.runtime.oci.BadInputException when a limit is no whole number
  /// @throws ContainerException as [#byFlags]
  public MonitorCommand byResources(String id, JsonObject resources) throws IOException {
    try (HeldContainer held = Container.of(caller, id).hold()) {
      ResourceOverhead.add(resources, overhead(held));
      List<String> words = new ArrayList<>();
      words.add("update");
      words.add("--resources");
      words.add(kept(resources, held.directory()).toString());
      return command(held, words);
    }
  }

  private static long overhead(HeldContainer held) throws ContainerException {
    MonitorRecord monitor = held.record().monitor();
    if (monitor == null) {
      throw ContainerException.cutOff(held.id());
    }
    return monitor.overheadMib() * MIB;
  }

  private static MonitorCommand command(HeldContainer held, List<String> words)
      throws ContainerException {
    words.add("--");
    words.add(held.id());
    return new MonitorCommand(held.lowLevel(), List.copyOf(words));
  }

  /// By rename, because the low-level runtime of an earlier update may just read it.
  private static Path kept(JsonObject resources, StateDirectory directory) throws IOException {
    Path file = directory.limits();
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, resources.toString().getBytes(StandardCharsets.UTF_8));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    return file;
  }
}
