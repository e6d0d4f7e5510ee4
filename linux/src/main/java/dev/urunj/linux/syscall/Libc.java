package dev.urunj.linux.syscall;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/// The one way out of the JVM: the C library's `syscall(2)`, and its other functions by their
/// addresses. The native half is `src/main/c/libc.c`.
///
/// Every argument is a `long`. Six integers or pointers fit every call that is made here on x86-64
/// and aarch64; a function that takes fewer never looks at the rest.
///
/// A call on a virtual thread blocks its carrier, so make calls that can wait on platform threads.
public final class Libc {
  /// The system property that names the native half's file.
  private static final String LIBRARY = "dev.urunj.library";

  static {
    load();
  }

  private Libc() {}

  /// `long syscall(long number, …)`, syscall(2).
  ///
  /// @return the result, or the negative error number: never -1 with errno elsewhere
  public static long syscall(long number, long a, long b, long c, long d, long e, long f) {
    return systemCall(number, a, b, c, d, e, f);
  }

  public static long syscall(long number) {
    return syscall(number, 0, 0, 0, 0, 0, 0);
  }

  public static long syscall(long number, long a) {
    return syscall(number, a, 0, 0, 0, 0, 0);
  }

  public static long syscall(long number, long a, long b) {
    return syscall(number, a, b, 0, 0, 0, 0);
  }

  public static long syscall(long number, long a, long b, long c) {
    return syscall(number, a, b, c, 0, 0, 0);
  }

  public static long syscall(long number, long a, long b, long c, long d) {
    return syscall(number, a, b, c, d, 0, 0);
  }

  public static long syscall(long number, long a, long b, long c, long d, long e) {
    return syscall(number, a, b, c, d, e, 0);
  }

  /// A function of the C library that is no system call, such as posix_spawn(3). The result is as
  /// the function returned it; of an `int` only the low 32 bits count.
  ///
  /// @param function what [Symbols] has found
  public static long call(long function, long a, long b, long c, long d, long e, long f) {
    return callAt(function, a, b, c, d, e, f);
  }

  /// Keeps memory alive until here. The kernel knows addresses, the collector does not.
  @SuppressWarnings("ReachabilityFenceUsage") // called after the call it guards, by contract
  public static void keep(Object... memory) {
    Reference.reachabilityFence(memory);
  }

  /// The address of a direct buffer's first byte.
  static long address(ByteBuffer direct) {
    return addressIn(direct);
  }

  @SuppressWarnings("restricted") // the only native library, loaded here and nowhere else
  private static void load() {
    String library = System.getProperty(LIBRARY);
    if (library == null) {
      throw new UnsatisfiedLinkError("the system property " + LIBRARY + " names no file");
    }
    System.load(library);
  }

  private static native long systemCall(
      long number, long a, long b, long c, long d, long e, long f);

  private static native long callAt(long function, long a, long b, long c, long d, long e, long f);

  static native long addressOf(long name);

  private static native long addressIn(ByteBuffer direct);
}
