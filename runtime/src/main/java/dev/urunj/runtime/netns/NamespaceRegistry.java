package dev.urunj.runtime.netns;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.process.BootId;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.failure.KnownFailure;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.ContainerId;
import dev.urunj.runtime.state.Rfc3339;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Network namespaces that operators and scripts keep by name, in `ROOT/@netns/NAME/`.
///
/// ```
/// record.json   which namespace it is, written before it is pinned
/// netns         the pin: a bind mount of the namespace
/// ```
///
/// Changes hold the lock of the name's directory. A killed command leaves a state that the next
/// `create`, `pin` or `remove` of that name finishes or takes back: without a pin of the recorded
/// namespace a name is free. Removing acts on files below the root alone and never enters a
/// namespace, so it can be done to anything at any time.
///
/// A container's id has no `@`, so these paths never mean a container.
public final class NamespaceRegistry {
  private static final String DIRECTORY = "@netns";
  private static final String PIN = "netns";
  private static final String RECORD = "record.json";
  private static final String EXPECTED =
      "1 to 1024 characters of A-Z a-z 0-9 _ + - . and not \".\" or \"..\"";

  private final Path directory;
  private final InstantSource clock;
  private final NamespaceGuard guard;

  /// A registry below the root of all state; nothing need exist.
  public NamespaceRegistry(Path root, InstantSource clock, NamespaceGuard guard) {
    this.directory = root.resolve(DIRECTORY);
    this.clock = clock;
    this.guard = guard;
  }

  /// Makes a namespace and pins it. Its loopback interface is down, there is nothing else in it.
  ///
  /// @throws IOException when the name is taken
  public NamedNamespace create(String name) throws IOException {
    check(name);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      return keep(name, null, namespace);
    }
  }

  /// Pins the namespace that a path names now; the path is resolved this once. Doing it again with
  /// the same namespace changes nothing.
  ///
  /// @throws IOException when it is not to be used, or the name is taken by another
  public NamedNamespace pin(String name, Path path) throws IOException {
    check(name);
    try (Sighting sighting = Sighting.of(guard, path)) {
      if (!sighting.isUsable()) {
        throw new KnownFailure(FailureKind.BAD_INPUT, sighting.reason());
      }
      return keep(name, path.toString(), sighting.usable());
    }
  }

  /// All names, in alphabetical order.
  public List<String> names() {
    String[] found = directory.toFile().list();
    if (found == null) {
      return List.of();
    }
    Arrays.sort(found);
    List<String> names = new ArrayList<>();
    for (String name : found) {
      if (ContainerId.isValid(name) && directory.resolve(name).toFile().isDirectory()) {
        names.add(name);
      }
    }
    return names;
  }

  /// How it stands with a name. Takes no lock.
  public NamedNamespace look(String name) throws IOException {
    check(name);
    Path pin = pin(name);
    NamespaceRecord record;
    try {
      record = NamespaceRecord.read(directory.resolve(name).resolve(RECORD), name);
    } catch (BadInputException e) {
      String reason = String.valueOf(e.getMessage());
      return new NamedNamespace(name, pin, Condition.DAMAGED, reason, null);
    }
    if (record == null) {
      String reason = BadInputException.quote(name) + " has no record";
      return new NamedNamespace(name, pin, Condition.INCOMPLETE, reason, null);
    }
    if (!record.recorded().bootId().equals(BootId.read())) {
      String reason = BadInputException.quote(name) + " was recorded in another boot";
      return new NamedNamespace(name, pin, Condition.STALE, reason, record);
    }
    try (Sighting sighting = Sighting.of(guard, pin, record.recorded())) {
      return new NamedNamespace(
          name, pin, condition(sighting.verdict()), sighting.reason(), record);
    }
  }

  /// Whether there is anything of that name.
  public boolean exists(String name) throws IOException {
    check(name);
    return directory.resolve(name).toFile().isDirectory();
  }

  /// The pin of a name, whether it is there or not.
  public Path pin(String name) {
    return directory.resolve(name).resolve(PIN);
  }

  /// The name whose pin a path is.
  ///
  /// @param path absolute
  /// @return null when it is no pin of this registry
  public @Nullable String nameOf(Path path) {
    Path normal = path.normalize();
    Path parent = normal.getParent();
    if (parent == null || !normal.endsWith(PIN) || !directory.equals(parent.getParent())) {
      return null;
    }
    String name = String.valueOf(parent.getFileName());
    return ContainerId.isValid(name) ? name : null;
  }

  /// Removes a name: its pin, whatever it leads to, its record, its directory. The namespace itself
  /// is not entered and lives on with its other holders.
  ///
  /// @return false when there was nothing of that name
  public boolean remove(String name) throws IOException {
    check(name);
    try (LockedDirectory locked = LockedDirectory.open(directory.resolve(name))) {
      if (locked == null) {
        return false;
      }
      clear(locked);
      locked.remove();
      return true;
    }
  }

  /// Removes a name that no longer means anything, because it was recorded in another boot or its
  /// command was interrupted. Looks again under the lock.
  ///
  /// @return false when it means something, or there is nothing of that name
  public boolean removeIfStale(String name) throws IOException {
    check(name);
    try (LockedDirectory locked = LockedDirectory.open(directory.resolve(name))) {
      if (locked == null || isTaken(look(name))) {
        return false;
      }
      clear(locked);
      locked.remove();
      return true;
    }
  }

  private NamedNamespace keep(String name, @Nullable String givenPath, NetworkNamespace namespace)
      throws IOException {
    try (LockedDirectory locked = LockedDirectory.make(directory.resolve(name))) {
      NamedNamespace present = look(name);
      if (isTaken(present)) {
        return sameOrTaken(present, namespace);
      }
      clear(locked);
      return establish(locked, name, givenPath, namespace);
    }
  }

  private NamedNamespace establish(
      LockedDirectory locked, String name, @Nullable String givenPath, NetworkNamespace namespace)
      throws IOException {
    try {
      RecordedIdentity recorded = new RecordedIdentity(namespace.identity(), BootId.read());
      String now = Rfc3339.format(clock.instant());
      new NamespaceRecord(name, givenPath, recorded, now).write(locked.path().resolve(RECORD));
      namespace.pin(pin(name));
      return look(name);
    } catch (Throwable t) {
      try (Undo _ =
          Undo.of(
              new Undo.Step() {
                @Override
                public void run() throws IOException {
                  clear(locked);
                  locked.remove();
                }
              })) {
        throw t;
      }
    }
  }

  /// Everything in a name's directory that is ours. The record goes last: as long as it is there,
  /// `list` says what the rest was.
  private static void clear(LockedDirectory locked) throws IOException {
    NetworkNamespace.unpin(locked.path().resolve(PIN));
    JsonFile.remove(locked.path().resolve(RECORD));
  }

  /// A pin that does not lead to what was recorded belongs to an owner who will miss it. A record
  /// without a pin has no owner.
  private static boolean isTaken(NamedNamespace present) {
    return switch (present.condition()) {
      case PINNED, REPLACED, DAMAGED -> true;
      case STALE, INCOMPLETE -> false;
    };
  }

  private static NamedNamespace sameOrTaken(NamedNamespace present, NetworkNamespace namespace)
      throws IOException {
    NamespaceRecord record = present.record();
    if (present.condition() == Condition.PINNED
        && record != null
        && record.recorded().namespace().isSameAs(namespace.identity())) {
      return present;
    }
    throw taken(present);
  }

  private static IOException taken(NamedNamespace present) {
    return new KnownFailure(
        FailureKind.EXISTS,
        "network namespace "
            + BadInputException.quote(present.name())
            + " exists already: "
            + present.reason());
  }

  private static Condition condition(Verdict verdict) {
    return switch (verdict) {
      case USABLE -> Condition.PINNED;
      case NODE, REPLACED, UNREACHABLE -> Condition.REPLACED;
      case OTHER_BOOT -> Condition.STALE;
      case MISSING, NO_NETWORK_NAMESPACE -> Condition.INCOMPLETE;
    };
  }

  private static void check(String name) throws BadInputException {
    if (!ContainerId.isValid(name)) {
      throw new BadInputException(
          "",
          "",
          "invalid name of a network namespace: " + BadInputException.quote(name),
          EXPECTED);
    }
  }
}
