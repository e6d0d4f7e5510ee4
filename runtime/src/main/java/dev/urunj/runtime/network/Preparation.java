package dev.urunj.runtime.network;

import java.io.IOException;

/// What a wiring has begun before the pod is known.
public interface Preparation extends AutoCloseable {
  /// Of a wiring that begins nothing.
  Preparation NONE =
      new Preparation() {
        @Override
        public void close() {}
      };

  /// Takes back what was not used. Does not wait.
  @Override
  void close() throws IOException;
}
