package dev.urunj.runtime.guest;

/// A file system in memory, tmpfs(5), which the guest makes itself.
///
/// @param destination in the guest
/// @param options flags, and the words that tmpfs itself reads
public record TmpfsMount(String destination, MountOptions options) implements GuestMount {}
