package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Link;
import java.util.List;

/// The names of TAPs, `tapN_urunc`. urunc uses the same, so each runtime recognises what the other
/// has left.
public final class TapName {
  private static final String PREFIX = "tap";
  private static final String SUFFIX = "_urunc";
  private static final int LIMIT = 256;

  private TapName() {}

  /// Whether a link is named as a TAP of a unikernel: `^tap.*_urunc$`, those and no others.
  public static boolean matches(String name) {
    return name.length() >= PREFIX.length() + SUFFIX.length()
        && name.startsWith(PREFIX)
        && name.endsWith(SUFFIX);
  }

  /// The first free name among links.
  ///
  /// @throws IllegalStateException when 256 are taken, because then some program makes them without
  ///   end
  public static String firstFree(List<Link> links) {
    for (int number = 0; number < LIMIT; number++) {
      String name = PREFIX + number + SUFFIX;
      if (!hasLink(links, name)) {
        return name;
      }
    }
    throw new IllegalStateException("network: all names tap0_urunc to tap255_urunc are taken");
  }

  private static boolean hasLink(List<Link> links, String name) {
    for (Link link : links) {
      if (link.name().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
