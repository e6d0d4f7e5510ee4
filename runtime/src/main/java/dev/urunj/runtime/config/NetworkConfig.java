package dev.urunj.runtime.config;

import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.AliasNets;

/// `[network]`.
///
/// @param mode `mode`: how guests are joined to their pods
/// @param localhost `localhost`: whether they share the pod's localhost, where they can
/// @param aliasNets `alias_nets`: preferred nets for the aliases of the pod fabric
public record NetworkConfig(NetworkMode mode, boolean localhost, AliasNets aliasNets) {}
