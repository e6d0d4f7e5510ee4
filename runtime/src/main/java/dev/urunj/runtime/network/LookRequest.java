package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Link;
import org.jspecify.annotations.Nullable;

/// The links between which a wiring is looked at, as they are now.
///
/// @param pod the pod's interface, null where it is gone
/// @param tap the guest's, null where it is gone
/// @param lo the pod's loopback interface, null where it has none
/// @param inPod what a shell command that works in the pod begins with
public record LookRequest(
    @Nullable Link pod, @Nullable Link tap, @Nullable Link lo, String inPod) {}
