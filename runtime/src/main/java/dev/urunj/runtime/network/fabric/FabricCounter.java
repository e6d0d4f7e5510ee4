package dev.urunj.runtime.network.fabric;

/// What the fabric's programs count, in the order and with the names of `enum counter` in
/// `src/main/c/pod-fabric.h`, which says what each means. What begins with `NET_` was seen on the
/// pod's interface, with `GUEST_` on a guest's TAP, with `LO_` on the pod's loopback.
enum FabricCounter {
  NET_TO_POD,
  NET_TO_GUEST,
  NET_TO_BOTH,
  NET_WITHOUT_GUEST,
  NET_DROP_ALIAS,
  GUEST_TO_NET,
  GUEST_TO_LOCALHOST,
  GUEST_TO_RESOLVER,
  GUEST_ANSWERS_LOOP,
  GUEST_ANSWERS_SELF,
  GUEST_TO_GUEST,
  GUEST_NEIGHBOUR,
  GUEST_DROP_OFF,
  GUEST_DROP_SOURCE,
  GUEST_DROP_GONE,
  LO_TO_GUEST,
  LO_SELF_TO_GUEST,
  LO_ANSWERS_GUEST,
  LO_RESOLVER_ANSWERS,
  LO_WITHOUT_GUEST,
  LO_TOO_BIG,
  DROP_REWRITE;

  /// What was counted since the fabric was made.
  ///
  /// @param packets frames as the kernel holds them: one of 64 KB counts as one
  /// @param bytes of these frames
  record Traffic(FabricCounter counter, long packets, long bytes) {}
}
