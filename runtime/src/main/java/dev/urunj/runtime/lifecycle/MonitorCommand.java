package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import java.util.List;

/// What the low-level runtime is to do to a monitor in the place of the caller's process, which so
/// gets that runtime's own words and exit code.
///
/// @param words the command with its flags and operands
public record MonitorCommand(LowLevelRuntime runtime, List<String> words) {}
