package dev.urunj.runtime.pod;

import static java.util.Objects.requireNonNull;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.netns.RecordedIdentity;
import dev.urunj.runtime.netns.Sighting;
import dev.urunj.runtime.state.NetworkRecord;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The way to a container's network namespace after create: its pin, checked against its record.
public final class PinnedNamespace {
  private PinnedNamespace() {}

  /// Opens the pin of a container, if it still leads to the namespace that create found.
  ///
  /// @return null when the pin is gone or anything about it is not as recorded
  /// @throws IOException when it cannot be examined: the caller tries again later
  public static @Nullable NetworkNamespace open(Path pin, NetworkRecord record, Caller caller)
      throws IOException {
    Sighting sighting =
        Sighting.of(
            caller.node().guard(), pin, new RecordedIdentity(record.namespace(), record.bootId()));
    return switch (sighting.verdict()) {
      case USABLE -> sighting.usable(); // which the caller closes
      case MISSING -> null;
      case NO_NETWORK_NAMESPACE -> {
        caller.log().debug("network namespace is no longer pinned: " + sighting.reason());
        yield null;
      }
      case NODE, REPLACED, OTHER_BOOT -> {
        sighting.close();
        caller.log().warn("network namespace left alone: " + sighting.reason());
        yield null;
      }
      case UNREACHABLE -> throw requireNonNull(sighting.failure());
    };
  }
}
