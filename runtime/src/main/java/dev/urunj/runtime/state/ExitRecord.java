package dev.urunj.runtime.state;

/// How a container's monitor has ended, as the command that waited for it has seen.
///
/// @param status as a shell has it: the exit code, or 128 and the number of the signal
/// @param time when its exit status was taken, as RFC 3339 in UTC
public record ExitRecord(int status, String time) {}
