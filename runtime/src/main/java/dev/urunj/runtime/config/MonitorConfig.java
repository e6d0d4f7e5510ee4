package dev.urunj.runtime.config;

import dev.urunj.runtime.image.WantedAccelerator;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// `[monitors.NAME]`.
///
/// @param memoryMib `default_memory_mb`: the guest's memory where nothing else says it, in MiB
/// @param vcpus `default_vcpus`
/// @param path the monitor's program, absolute; null: looked for on the `PATH`
/// @param dataPath the directory above its data directories, absolute; null: the usual places
/// @param vhost whether the host's kernel moves the packets (vhost-net)
/// @param accelerator `accel`, or `URUNJ_ACCEL` where that is set
/// @param overheadMib `overhead_mb`: what the monitor itself may use beside the guest's memory, in
///   MiB; 0 leaves it to the monitor's own figure
public record MonitorConfig(
    int memoryMib,
    int vcpus,
    @Nullable Path path,
    @Nullable Path dataPath,
    boolean vhost,
    WantedAccelerator accelerator,
    int overheadMib) {}
