package dev.urunj.runtime.netns;

/// One interface of one container, as CNI counts them.
///
/// @param network name of the network configuration
/// @param containerId as the caller of the plugin gave it, valid
/// @param interfaceName likewise
public record Attachment(String network, String containerId, String interfaceName) {
  /// Whether both have the container and the interface in common.
  boolean isSameInterface(Attachment other) {
    return containerId.equals(other.containerId) && interfaceName.equals(other.interfaceName);
  }
}
