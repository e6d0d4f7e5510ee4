package dev.urunj.runtime.netns;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.process.BootId;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Loopback interfaces that were set up for a CNI caller, and in which namespace: one file for each
/// in `ROOT/@cni/`, written before the interface is touched.
///
/// A path that comes later, for example `/proc/PID/ns/net`, may by then lead to another namespace,
/// even the node's. So we undo things only in the recorded namespace, and nothing without a record,
/// because a namespace that is gone needs no clean-up.
///
/// `add`, `remove` and `collect` hold one lock, that of the directory.
public final class LoopbackAttachments {
  private static final String DIRECTORY = "@cni";

  private final Path directory;
  private final NamespaceGuard guard;

  /// Attachments below the root of all state; nothing need exist.
  public LoopbackAttachments(Path root, NamespaceGuard guard) {
    this.guard = guard;
    this.directory = root.resolve(DIRECTORY);
  }

  /// Records the namespace and sets its loopback interface up.
  ///
  /// @param namespace looked at and found usable
  /// @return the addresses of the interface, IPv4 first
  public List<InterfaceAddress> add(Attachment attachment, NetworkNamespace namespace)
      throws IOException {
    RecordedIdentity recorded = new RecordedIdentity(namespace.identity(), BootId.read());
    try (LockedDirectory _ = LockedDirectory.make(directory)) {
      new AttachmentRecord(attachment, recorded).write(file(attachment));
      return namespace.call(LoopbackAttachments::setUp);
    }
  }

  /// The namespace recorded for an attachment.
  ///
  /// @return null when there is no record that can be read
  public @Nullable RecordedIdentity recorded(Attachment attachment) throws IOException {
    try {
      AttachmentRecord record = AttachmentRecord.read(file(attachment));
      return record != null && record.attachment().isSameInterface(attachment)
          ? record.recorded()
          : null;
    } catch (BadInputException _) {
      return null; // a record that proves nothing is none
    }
  }

  /// Whether the loopback interface of a namespace is up.
  public static boolean isUp(NetworkNamespace namespace) throws IOException {
    return namespace.call(() -> {
      try (RouteSocket socket = RouteSocket.open()) {
        Link loopback = loopback(socket);
        return loopback != null && loopback.isUp();
      }
    });
  }

  /// Sets the loopback interface down, if the path still leads to the namespace that was recorded,
  /// and drops the record in any case. What is gone, replaced, of another boot, the node's, or was
  /// never recorded is left alone.
  ///
  /// @param path where the caller says the namespace is, null when it does not know
  public void remove(Attachment attachment, @Nullable Path path) throws IOException {
    try (LockedDirectory locked = LockedDirectory.open(directory)) {
      if (locked == null) {
        return;
      }
      RecordedIdentity recorded = recorded(attachment);
      if (path != null && recorded != null) {
        takeBack(path, recorded);
      }
      JsonFile.remove(file(attachment));
      locked.removeIfEmpty();
    }
  }

  /// Drops the records of a network's attachments that are not among the valid ones. Acts on files
  /// alone.
  public void collect(String network, List<Attachment> valid) throws IOException {
    try (LockedDirectory locked = LockedDirectory.open(directory)) {
      if (locked == null) {
        return;
      }
      String[] names = directory.toFile().list();
      for (String name : names == null ? new String[0] : names) {
        if (JsonFile.isNext(name) || isToCollect(directory.resolve(name), network, valid)) {
          JsonFile.remove(directory.resolve(name));
        }
      }
      locked.removeIfEmpty();
    }
  }

  /// The records of another boot, in alphabetical order. Takes no lock.
  public List<Path> stale() throws IOException {
    String[] names = directory.toFile().list();
    Arrays.sort(names == null ? new String[0] : names);
    List<Path> stale = new ArrayList<>();
    for (String name : names == null ? new String[0] : names) {
      if (isStale(directory.resolve(name))) {
        stale.add(directory.resolve(name));
      }
    }
    return stale;
  }

  /// Drops one of [#stale]. Acts on files alone.
  public void dropIfStale(Path file) throws IOException {
    try (LockedDirectory locked = LockedDirectory.open(directory)) {
      if (locked != null && isStale(file)) {
        JsonFile.remove(file);
        locked.removeIfEmpty();
      }
    }
  }

  private static boolean isStale(Path file) throws IOException {
    try {
      AttachmentRecord record =
          JsonFile.isNext(String.valueOf(file.getFileName())) ? null : AttachmentRecord.read(file);
      return record != null && !record.recorded().bootId().equals(BootId.read());
    } catch (BadInputException _) {
      return false; // its boot is unknown; its caller's GC drops it
    }
  }

  private static boolean isToCollect(Path file, String network, List<Attachment> valid)
      throws IOException {
    AttachmentRecord record;
    try {
      record = AttachmentRecord.read(file);
    } catch (BadInputException _) {
      return true; // proves nothing
    }
    if (record == null || !record.attachment().network().equals(network)) {
      return false;
    }
    for (Attachment one : valid) {
      if (one.isSameInterface(record.attachment())) {
        return false;
      }
    }
    return true;
  }

  private void takeBack(Path path, RecordedIdentity recorded) throws IOException {
    try (Sighting sighting = Sighting.of(guard, path, recorded)) {
      if (sighting.isUsable()) {
        sighting.usable().call(LoopbackAttachments::setDown);
      }
    }
  }

  private Path file(Attachment attachment) {
    return directory.resolve(AttachmentRecord.fileName(attachment));
  }

  private static List<InterfaceAddress> setUp() throws IOException {
    try (RouteSocket socket = RouteSocket.open()) {
      Link loopback = loopback(socket);
      if (loopback == null) {
        throw new IOException("the network namespace has no loopback interface");
      }
      socket.setUp(loopback.index());
      return socket.addresses(loopback.index());
    }
  }

  private static boolean setDown() throws IOException {
    try (RouteSocket socket = RouteSocket.open()) {
      Link loopback = loopback(socket);
      if (loopback != null) {
        socket.setDown(loopback.index());
      }
      return true;
    }
  }

  private static @Nullable Link loopback(RouteSocket socket) throws IOException {
    for (Link link : socket.links()) {
      if (link.isLoopback()) {
        return link;
      }
    }
    return null;
  }
}
