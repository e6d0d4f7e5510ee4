package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.NamespaceException;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.BootId;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.NetworkRecord;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The question that is asked before the first write in any network namespace: is it one, is it not
/// the node's own, and is it the one that was recorded? Unknown means leave alone.
final class NamespaceGuard {
  private static final Path FIRST_PROCESS = Path.of("/proc/1/ns/net");

  private static final String KEY = "linux.namespaces[network].path";

  private NamespaceGuard() {}

  /// Opens the namespace that a specification names.
  ///
  /// @throws BadInputException when there is none, when it is of another kind, or the node's own
  static NetworkNamespace openGiven(String path) throws IOException {
    NetworkNamespace namespace = open(path);
    try {
      if (isOfNode(namespace)) {
        throw refused(path, "is the node's own network namespace", "one of the pod");
      }
      return namespace;
    } catch (Throwable t) {
      try (namespace) {
        throw t;
      }
    }
  }

  /// Opens the pin of a container, if it still leads to the namespace that create found.
  ///
  /// @return null when the pin is gone or anything about it is not as recorded
  static @Nullable NetworkNamespace openPinned(Path pin, NetworkRecord record, Log log)
      throws IOException {
    NetworkNamespace namespace = openIfThere(pin, log);
    if (namespace == null) {
      return null;
    }
    try {
      String problem = problemWith(namespace, record);
      if (problem == null) {
        return namespace;
      }
      log.warn("network namespace left alone: " + pin + " " + problem);
      namespace.close();
      return null;
    } catch (Throwable t) {
      try (namespace) {
        throw t;
      }
    }
  }

  private static @Nullable NetworkNamespace openIfThere(Path pin, Log log) throws IOException {
    try {
      return NetworkNamespace.open(pin);
    } catch (NamespaceException e) {
      log.debug("network namespace is no longer pinned: " + e.getMessage());
      return null;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  private static @Nullable String problemWith(NetworkNamespace namespace, NetworkRecord record)
      throws IOException {
    if (!record.bootId().equals(BootId.read())) {
      return "was recorded in another boot";
    }
    NetworkNamespaceIdentity now = namespace.identity();
    NetworkNamespaceIdentity then = record.namespace();
    if (!now.isSameAs(then)) {
      return "is another namespace than the one recorded";
    }
    return isOfNode(namespace) ? "is the node's own" : null;
  }

  private static NetworkNamespace open(String path) throws IOException {
    if (!path.startsWith("/")) {
      throw refused(path, "is not absolute", "an absolute path");
    }
    try {
      return NetworkNamespace.open(Path.of(path));
    } catch (NamespaceException e) {
      throw new BadInputException(
          "config.json", KEY, String.valueOf(e.getMessage()), "a network namespace of the pod");
    } catch (ErrnoException e) {
      throw refused(path, Errno.description(e.errno()), "a network namespace");
    }
  }

  private static boolean isOfNode(NetworkNamespace namespace) throws IOException {
    try (NetworkNamespace own = NetworkNamespace.ofThread()) {
      if (namespace.isSameAs(own)) {
        return true;
      }
    }
    try (NetworkNamespace first = NetworkNamespace.open(FIRST_PROCESS)) {
      return namespace.isSameAs(first);
    } catch (ErrnoException | NamespaceException _) {
      return false; // not ours to see; the thread's own namespace has been compared
    }
  }

  private static BadInputException refused(String path, String problem, String expected) {
    return new BadInputException(
        "config.json", KEY, BadInputException.quote(path) + " " + problem, expected);
  }
}
