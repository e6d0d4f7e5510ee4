package dev.urunj.runtime.guest;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Everything a guest is planned from. Paths are the host's.
///
/// @param kernel the image's kernel
/// @param version of the unikernel as the image says, or empty
/// @param initrd the image's initrd; null when it has none
/// @param workload what to execute
/// @param network null for a guest without network
/// @param mounts the specification's mounts, looked at
/// @param memoryMib the guest's memory in MiB
/// @param vcpus virtual processors, at least 1
public record GuestInput(
    Path kernel,
    String version,
    @Nullable Path initrd,
    Workload workload,
    @Nullable GuestNetwork network,
    MountFiles mounts,
    int memoryMib,
    int vcpus) {}
