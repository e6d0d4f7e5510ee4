package dev.urunj.runtime.host;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/// What every command gets from its caller.
///
/// @param root the directory with all containers' state, absolute
/// @param systemdCgroup whether the low-level runtime is to use systemd's cgroup driver
/// @param environment the caller's environment
/// @param log where to say what is done
/// @param clock the time of day
/// @param invoked when the command began
public record Host(
    Path root,
    boolean systemdCgroup,
    Map<String, String> environment,
    Log log,
    InstantSource clock,
    Instant invoked) {}
