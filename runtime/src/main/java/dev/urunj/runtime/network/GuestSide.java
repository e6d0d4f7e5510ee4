package dev.urunj.runtime.network;

import org.jspecify.annotations.Nullable;

/// What a guest gets of its pod by a wiring.
///
/// @param link the interface, with its addresses and routes
/// @param aliases where the guest finds the pod's localhost, null where it does not
/// @param address the guest's own where it has not the pod's, or null
/// @param note what it does not get although it was asked for, or null
public record GuestSide(
    PodInterface link,
    @Nullable Aliases aliases,
    @Nullable String address,
    @Nullable String note) {}
