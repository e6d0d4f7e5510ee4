package dev.urunj.runtime.lowlevel;

/// The forms that a specification's `linux.cgroupsPath` may have, which low-level runtimes handle
/// differently.
public enum CgroupPath {
  /// From the root of each hierarchy.
  ABSOLUTE(""),
  /// From the group of the low-level runtime, or none at all.
  RELATIVE("-relative"),
  /// `SLICE:PREFIX:NAME`, with systemd's driver.
  SYSTEMD("-systemd");

  private final String suffix;

  CgroupPath(String suffix) {
    this.suffix = suffix;
  }

  /// The form of a path.
  ///
  /// @param given `linux.cgroupsPath`; empty when there is none
  public static CgroupPath of(String given, boolean systemd) {
    if (systemd) {
      return SYSTEMD;
    }
    return given.startsWith("/") ? ABSOLUTE : RELATIVE;
  }

  /// What tells the form in a file's name; empty for the first.
  public String suffix() {
    return suffix;
  }

  /// A path of this form.
  public String named(String name) {
    return switch (this) {
      case ABSOLUTE -> "/" + name;
      case RELATIVE -> name;
      case SYSTEMD -> "system.slice:urunj:" + name;
    };
  }
}
