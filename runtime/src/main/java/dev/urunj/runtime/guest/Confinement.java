package dev.urunj.runtime.guest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What confines a guest's program, in the words of the OCI specification. Our init holds it to
/// this.
///
/// @param rlimits `process.rlimits`
/// @param capabilities `process.capabilities`; null leaves the program all
/// @param umask `process.user.umask`, 0 to 0777
/// @param noNewPrivileges `process.noNewPrivileges`
/// @param readOnlyRoot `root.readonly`
public record Confinement(
    List<Rlimit> rlimits,
    @Nullable Capabilities capabilities,
    int umask,
    boolean noNewPrivileges,
    boolean readOnlyRoot) {
  /// The mask of file modes that low-level runtimes set where the specification names none.
  public static final int DEFAULT_UMASK = 022;

  public static final Confinement NONE =
      new Confinement(List.of(), null, DEFAULT_UMASK, false, false);

  /// A limit of setrlimit(2).
  ///
  /// @param resource its number in asm-generic/resource.h
  /// @param soft unsigned; all bits set is unlimited
  /// @param hard likewise
  public record Rlimit(int resource, long soft, long hard) {}

  /// The sets of capabilities(7): bit n is the capability with the number n.
  public record Capabilities(
      long bounding, long effective, long permitted, long inheritable, long ambient) {}

  public Confinement {
    rlimits = List.copyOf(rlimits);
  }
}
