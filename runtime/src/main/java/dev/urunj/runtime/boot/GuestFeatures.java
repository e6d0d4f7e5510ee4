package dev.urunj.runtime.boot;

import dev.urunj.runtime.guest.MountOptions;

/// What of a specification a guest can have, in the words of `features`: names, sorted and parted
/// by commas.
public final class GuestFeatures {
  private GuestFeatures() {}

  /// The options of mounts that hold in a guest.
  public static String mountOptions() {
    return String.join(",", MountOptions.names());
  }
}
