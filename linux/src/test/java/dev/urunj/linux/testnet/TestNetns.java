package dev.urunj.linux.testnet;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A network namespace of its own, held by a descriptor: it goes with this object, whatever happens
/// to the test. What runs in it runs on a platform thread that ends afterwards.
public final class TestNetns implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int AT_FDCWD = -100;
  private static final int O_CLOEXEC = 0x80000;

  private final Fd fd;

  private TestNetns(Fd fd) {
    this.fd = fd;
  }

  /// What a test does inside.
  @FunctionalInterface
  public interface Body<T> {
    T run() throws Exception;
  }

  /// What a test does inside, without a result.
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  public static TestNetns create() throws Exception {
    return onThread(() -> {
      check("unshare", Libc.syscall(SyscallNumber.UNSHARE, CLONE_NEWNET));
      NativeBuffer path = NativeBuffer.ofString("/proc/thread-self/ns/net");
      long opened = Libc.syscall(SyscallNumber.OPENAT, AT_FDCWD, path.address(), O_CLOEXEC, 0);
      Libc.keep(path);
      check("open", opened);
      return new TestNetns(Fd.adopt((int) opened));
    });
  }

  public Fd fd() {
    return fd;
  }

  public <T> T call(Body<T> body) throws Exception {
    return onThread(() -> {
      check("setns", Libc.syscall(SyscallNumber.SETNS, fd.number(), CLONE_NEWNET));
      return body.run();
    });
  }

  public void run(Action action) throws Exception {
    var _ =
        call(() -> {
          action.run();
          return true;
        });
  }

  /// Runs a program in this namespace and returns what it printed.
  public String shell(String command) throws Exception {
    return call(() -> runShell(command));
  }

  /// Runs a program in the calling thread's namespace.
  public static String runShell(String command) throws Exception {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(command + ": exit status " + status + ": " + output);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    fd.close();
  }

  private static <T> T onThread(Body<T> body) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                result.complete(body.run());
              } catch (Throwable t) {
                result.completeExceptionally(t);
              }
            });
    thread.join();
    try {
      return result.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case Exception exception -> throw exception;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }

  private static void check(String call, long result) throws IOException {
    if (result < 0) {
      throw new IOException(call + ": errno " + -result);
    }
  }
}
