package dev.urunj.runtime.network;

/// What a wiring has to say to people of the container that it joins.
public interface WiringLog {
  /// Takes one line about what is not as it was asked for.
  void warn(String line);
}
