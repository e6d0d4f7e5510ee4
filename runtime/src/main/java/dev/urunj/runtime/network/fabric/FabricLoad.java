package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.bpf.LoadedObject;
import dev.urunj.linux.process.SideThreads;
import dev.urunj.runtime.network.Preparation;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/// The fabric's programs on their way into the kernel, on a thread of its own: the verifier needs
/// 15 ms for them, in which the caller copies files and reads the pod. They belong to no namespace
/// before they are attached, and go with their descriptors.
///
/// For one use on one thread.
final class FabricLoad implements Preparation {
  private @Nullable LoadedObject loaded;
  private @Nullable Throwable failure;
  private boolean unwanted;
  private @Nullable Thread thread; // null where they are loaded when they are asked for

  private FabricLoad() {}

  /// Begins to load them, or loads them when they are asked for if no thread is free.
  static FabricLoad begin(SideThreads threads) {
    FabricLoad load = new FabricLoad();
    load.thread = threads.start("programs of the fabric", load.new Loading());
    return load;
  }

  /// Loads them when they are asked for.
  static FabricLoad whenAsked() {
    return new FabricLoad();
  }

  private final class Loading implements Runnable {
    @Override
    public void run() {
      try {
        put(FabricPrograms.load());
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
      }
    }
  }

  private void put(LoadedObject object) throws IOException {
    synchronized (this) {
      if (!unwanted) {
        loaded = object;
        return;
      }
    }
    object.close();
  }

  private synchronized void fail(Throwable reason) {
    failure = reason;
  }

  /// The programs, once they are loaded.
  ///
  /// @return the caller closes it
  /// @throws IOException with what the kernel, or its verifier, refused
  LoadedObject take() throws IOException {
    if (thread == null) {
      return FabricPrograms.load();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the pod fabric was loaded");
    }
    synchronized (this) {
      LoadedObject object = loaded;
      loaded = null;
      if (object != null) {
        return object;
      }
      if (failure instanceof IOException e) {
        throw e;
      }
      throw new IllegalStateException("the pod fabric is loaded once, and was taken", failure);
    }
  }

  /// Takes out of the kernel what was not taken from here. Does not wait.
  @Override
  public void close() throws IOException {
    LoadedObject object;
    synchronized (this) {
      unwanted = true;
      object = loaded;
      loaded = null;
    }
    if (object != null) {
      object.close();
    }
  }
}
