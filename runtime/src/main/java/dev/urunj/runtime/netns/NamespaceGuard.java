package dev.urunj.runtime.netns;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.NamespaceException;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.nio.file.Path;

/// Answers the question before the first write in any network namespace: is it one, is it not the
/// node's own, and is it the recorded one? Unknown means leave alone.
///
/// [Sighting] compares with a record; this class answers for a specification, at create.
public final class NamespaceGuard {
  private static final Path FIRST_PROCESS = Path.of("/proc/1/ns/net");

  private static final String KEY = "linux.namespaces[network].path";

  private final Path own;

  /// @param process of which the network namespace is the node's, by its directory in /proc, for
  ///   example `/proc/self`
  public NamespaceGuard(Path process) {
    this.own = process.resolve("ns/net");
  }

  /// Opens the namespace that a specification names.
  ///
  /// @throws BadInputException when there is none, when it is of another kind, or the node's own
  public NetworkNamespace openGiven(String path) throws IOException {
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

  /// Whether it is the node's own: that of the process or, where that may be seen, the one of
  /// process 1. They differ when urunj itself runs inside of a network namespace.
  boolean isOfNode(NetworkNamespace namespace) throws IOException {
    try (NetworkNamespace ours = NetworkNamespace.open(own)) {
      if (namespace.isSameAs(ours)) {
        return true;
      }
    }
    try (NetworkNamespace first = NetworkNamespace.open(FIRST_PROCESS)) {
      return namespace.isSameAs(first);
    } catch (ErrnoException | NamespaceException _) {
      return false; // not ours to see; the process's own namespace has been compared
    }
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

  private static BadInputException refused(String path, String problem, String expected) {
    return new BadInputException(
        "config.json", KEY, BadInputException.quote(path) + " " + problem, expected);
  }
}
