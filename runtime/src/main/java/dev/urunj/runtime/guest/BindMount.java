package dev.urunj.runtime.guest;

import java.nio.file.Path;

/// A bind mount of the specification.
///
/// @param source on the host; symbolic links in it are followed, as mount(2) does
/// @param destination in the guest
/// @param flags of mount(2), [MountOptions#flags()]
public record BindMount(Path source, String destination, long flags) implements GuestMount {
  /// A mount without other options than `ro` or `rw`.
  public BindMount(Path source, String destination, boolean readOnly) {
    this(source, destination, readOnly ? MountOptions.READ_ONLY : 0);
  }

  boolean readOnly() {
    return (flags & MountOptions.READ_ONLY) != 0;
  }
}
