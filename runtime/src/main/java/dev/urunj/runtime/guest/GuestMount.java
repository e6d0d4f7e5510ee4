package dev.urunj.runtime.guest;

/// A mount of the specification that a guest can have.
public sealed interface GuestMount permits BindMount, TmpfsMount {
  /// Where it is in the guest.
  String destination();
}
