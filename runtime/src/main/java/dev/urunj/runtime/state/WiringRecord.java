package dev.urunj.runtime.state;

import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.AliasNets;
import dev.urunj.runtime.network.DeclaredPorts;
import org.jspecify.annotations.Nullable;

/// How a guest's TAP is joined to its pod: the caller's wish at create, and what start has done.
///
/// @param wanted what was chosen, by annotation, by configuration, or for Knative
/// @param localhost whether guest and pod are to share localhost, where they can
/// @param ports that the guest declares; null when it declares none
/// @param aliasNets preferred for the fabric's aliases; null for none
/// @param used the one wiring that it became; null before start, and without a network
/// @param ipv4Alias where the guest finds the pod's 127.0.0.1, or null
/// @param ipv6Alias where it finds the pod's ::1, or null
/// @param guest the guest's own address where it has not the pod's, or null
public record WiringRecord(
    NetworkMode wanted,
    boolean localhost,
    @Nullable DeclaredPorts ports,
    @Nullable AliasNets aliasNets,
    @Nullable NetworkMode used,
    @Nullable String ipv4Alias,
    @Nullable String ipv6Alias,
    @Nullable String guest) {
  /// What is asked for at create.
  public static WiringRecord wanted(NetworkMode mode, boolean localhost) {
    return new WiringRecord(mode, localhost, null, null, null, null, null, null);
  }

  /// The same for a guest that declares ports.
  public WiringRecord declaring(DeclaredPorts newPorts) {
    return new WiringRecord(
        wanted, localhost, newPorts, aliasNets, used, ipv4Alias, ipv6Alias, guest);
  }

  /// The same with preferred nets for the fabric's aliases.
  public WiringRecord preferring(AliasNets newAliasNets) {
    return new WiringRecord(
        wanted, localhost, ports, newAliasNets, used, ipv4Alias, ipv6Alias, guest);
  }

  /// The same, done by one wiring.
  ///
  /// @param mode that wiring's
  public WiringRecord done(
      NetworkMode mode,
      @Nullable String newIpv4Alias,
      @Nullable String newIpv6Alias,
      @Nullable String newGuest) {
    return new WiringRecord(
        wanted, localhost, ports, aliasNets, mode, newIpv4Alias, newIpv6Alias, newGuest);
  }
}
