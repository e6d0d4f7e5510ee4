package dev.urunj.linux.namespace;

/// Which network namespace it is, beyond any path to it.
///
/// @param device of the file system of namespaces, as `st_dev`
/// @param inode its number there: `net:[INODE]`. Given to another namespace as soon as this one is
///   gone, so it says nothing alone once the namespace is not held open
/// @param cookie never given twice while this kernel runs (`SO_NETNS_COOKIE`, since Linux 5.14); 0
///   where the kernel has none. It starts anew at boot, so keep the boot id beside it
public record NetworkNamespaceIdentity(long device, long inode, long cookie) {
  /// Whether both mean the same namespace of the same boot. Where the kernel gives no cookies,
  /// device and inode decide alone, which proves something only of namespaces that are both held
  /// open.
  public boolean isSameAs(NetworkNamespaceIdentity other) {
    return device == other.device && inode == other.inode && cookie == other.cookie;
  }
}
