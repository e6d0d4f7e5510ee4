package dev.urunj.runtime.netns;

import dev.urunj.linux.namespace.NetworkNamespaceIdentity;

/// Which network namespace was meant when something was written down.
///
/// @param namespace device, inode and cookie at that time
/// @param bootId the boot in which they mean something, see [dev.urunj.linux.process.BootId#read]
public record RecordedIdentity(NetworkNamespaceIdentity namespace, String bootId) {}
