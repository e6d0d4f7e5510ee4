package dev.urunj.runtime.netns;

import static java.util.Objects.requireNonNull;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.NamespaceException;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.process.BootId;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a path led to at one moment. The path is resolved once. From then on this holds the
/// namespace open, so that its answers stay true until it is closed, whatever happens to the path.
///
/// Looking changes nothing. It does not open a FIFO, and only a thread of its own enters a
/// namespace, makes one socket there and ends.
public final class Sighting implements AutoCloseable {
  private final Verdict verdict;
  private final String reason;
  private final @Nullable NetworkNamespace namespace;
  private final @Nullable IOException failure;

  private Sighting(
      Verdict verdict,
      String reason,
      @Nullable NetworkNamespace namespace,
      @Nullable IOException failure) {
    this.verdict = verdict;
    this.reason = reason;
    this.namespace = namespace;
    this.failure = failure;
  }

  /// Looks at what a path names, without comparing it to a record.
  public static Sighting of(NamespaceGuard guard, Path path) throws IOException {
    return of(guard, path, null);
  }

  /// Looks at what a path names.
  ///
  /// @param guard knows the node's own
  /// @param recorded what it should be, null where nothing was recorded
  /// @throws IOException when a namespace is there and cannot be asked: EPERM without CAP_SYS_ADMIN
  public static Sighting of(NamespaceGuard guard, Path path, @Nullable RecordedIdentity recorded)
      throws IOException {
    NetworkNamespace namespace;
    try {
      namespace = NetworkNamespace.open(path);
    } catch (NamespaceException e) {
      return without(Verdict.NO_NETWORK_NAMESPACE, String.valueOf(e.getMessage()), e);
    } catch (ErrnoException e) {
      Verdict verdict = isMissing(e.errno()) ? Verdict.MISSING : Verdict.UNREACHABLE;
      return without(verdict, quote(path) + ": " + Errno.description(e.errno()), e);
    }
    try {
      Verdict verdict = judge(guard, namespace, recorded);
      return new Sighting(verdict, reason(path, verdict, recorded != null), namespace, null);
    } catch (Throwable t) {
      try (namespace) {
        throw t;
      }
    }
  }

  public Verdict verdict() {
    return verdict;
  }

  public boolean isUsable() {
    return verdict == Verdict.USABLE;
  }

  /// The verdict as a sentence about the path, safe to print, without a full stop.
  public String reason() {
    return reason;
  }

  /// The namespace that is held open, also one that is not to be used; null where there is none.
  public @Nullable NetworkNamespace namespace() {
    return namespace;
  }

  /// The namespace, if it may be used. It stays this object's, unless the caller keeps it and does
  /// not close this.
  ///
  /// @throws IllegalStateException when it may not
  public NetworkNamespace usable() {
    if (!isUsable()) {
      throw new IllegalStateException(reason);
    }
    return requireNonNull(namespace);
  }

  /// What the kernel said where there was nothing to open.
  public @Nullable IOException failure() {
    return failure;
  }

  /// Gives the namespace up; it lives on with its other holders.
  @Override
  public void close() throws IOException {
    if (namespace != null) {
      namespace.close();
    }
  }

  private static Sighting without(Verdict verdict, String reason, IOException failure) {
    return new Sighting(verdict, reason, null, failure);
  }

  private static boolean isMissing(int errno) {
    return errno == Errno.ENOENT || errno == Errno.ENOTDIR || errno == Errno.ESRCH;
  }

  /// Compares the record before it opens the node's own namespace, because most unusable paths fail
  /// there.
  private static Verdict judge(
      NamespaceGuard guard, NetworkNamespace namespace, @Nullable RecordedIdentity recorded)
      throws IOException {
    if (recorded != null) {
      if (!recorded.bootId().equals(BootId.read())) {
        return Verdict.OTHER_BOOT;
      }
      if (!namespace.identity().isSameAs(recorded.namespace())) {
        return guard.isOfNode(namespace) ? Verdict.NODE : Verdict.REPLACED;
      }
    }
    return guard.isOfNode(namespace) ? Verdict.NODE : Verdict.USABLE;
  }

  private static String reason(Path path, Verdict verdict, boolean compared) {
    return quote(path)
        + switch (verdict) {
          case USABLE ->
              compared
                  ? " is the network namespace that was recorded, not the node's own"
                  : " is a network namespace, not the node's own";
          case NODE -> " is the node's own network namespace";
          case REPLACED -> " is another network namespace than the one recorded";
          case OTHER_BOOT -> " was recorded in another boot";
          case NO_NETWORK_NAMESPACE -> " is not a network namespace";
          case MISSING -> " does not exist";
          case UNREACHABLE -> " cannot be reached";
        };
  }

  private static String quote(Path path) {
    return BadInputException.quote(path.toString());
  }
}
