package dev.urunj.runtime.guest;

/// What a guest's program reads from its standard input.
public enum StandardInput {
  /// The serial console, with a terminal or without.
  CONSOLE,

  /// Nothing: it ends at once.
  NONE,

  /// The container's own input with every byte and its end, by a port of virtio-serial.
  PORT
}
