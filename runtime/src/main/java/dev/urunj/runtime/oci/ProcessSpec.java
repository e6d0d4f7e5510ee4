package dev.urunj.runtime.oci;

import java.util.List;

/// The OCI specification's `process`, as far as a guest can have it.
///
/// @param args the argument vector; may be empty, an image can bring its own
/// @param env `NAME=value` entries, in order
/// @param cwd the absolute working directory
/// @param uid user id, 0 to 4294967294
/// @param gid group id, 0 to 4294967294
/// @param additionalGids supplementary group ids
/// @param terminal whether a terminal is asked for
public record ProcessSpec(
    List<String> args,
    List<String> env,
    String cwd,
    long uid,
    long gid,
    List<Long> additionalGids,
    boolean terminal) {
  public ProcessSpec {
    args = List.copyOf(args);
    env = List.copyOf(env);
    additionalGids = List.copyOf(additionalGids);
  }
}
