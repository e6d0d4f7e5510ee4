package dev.urunj.runtime.inspect;

import dev.urunj.runtime.network.WiringSight;
import org.jspecify.annotations.Nullable;

/// What stands in a pod's network namespace at one moment.
///
/// @param podInterface the one that the guest was joined to or, before that, would be
/// @param tap the container's
/// @param lo the pod's loopback interface
/// @param wiring between them
public record PodSight(
    @Nullable LinkSight podInterface,
    @Nullable LinkSight tap,
    @Nullable LinkSight lo,
    WiringSight wiring) {}
