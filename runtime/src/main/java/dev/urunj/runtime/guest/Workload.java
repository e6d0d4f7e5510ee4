package dev.urunj.runtime.guest;

import java.util.List;

/// What the guest executes, from the specification's `process` and `hostname`.
///
/// @param args argument vector; the first names the program
/// @param env `NAME=VALUE` entries
/// @param uid user id in the guest, 0 to 4294967295, like every id here
/// @param gid group id
/// @param additionalGids supplementary groups
/// @param cwd absolute working directory
/// @param hostname host name, or empty to leave the guest's own
/// @param sysctls kernel settings that belong to a container's namespaces and so to the guest, each
///   `NAME VALUE` with slashes in the name
/// @param terminal whether the container has a terminal
/// @param fromCmdline whether `args` are the words of the image's `cmdline`, as its author has
///   quoted them, and not the argument vector of the container
/// @param input what it reads from its standard input
/// @param confinement what confines it
public record Workload(
    List<String> args,
    List<String> env,
    long uid,
    long gid,
    List<Long> additionalGids,
    String cwd,
    String hostname,
    List<String> sysctls,
    boolean terminal,
    boolean fromCmdline,
    StandardInput input,
    Confinement confinement) {
  public Workload {
    args = List.copyOf(args);
    env = List.copyOf(env);
    additionalGids = List.copyOf(additionalGids);
    sysctls = List.copyOf(sysctls);
  }

  /// The same with another environment.
  Workload withEnv(List<String> other) {
    return new Workload(
        args,
        other,
        uid,
        gid,
        additionalGids,
        cwd,
        hostname,
        sysctls,
        terminal,
        fromCmdline,
        input,
        confinement);
  }
}
