package dev.urunj.linux.syscall;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The one way out of the JVM: a single native handle of seven longs, through which every function
/// of the C library is called.
///
/// Each distinct signature costs a cold JVM about 5 ms, so there is one. Seven integer or pointer
/// arguments fit every call that is made here on x86-64 and aarch64; a function that takes fewer
/// never looks at the rest, and `syscall(2)`, variadic in C, takes them in the same registers.
///
/// Blocks a carrier when called on a virtual thread: calls that can wait belong on platform
/// threads.
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CALL = link();
  private static final MemorySegment SYSCALL = symbol("syscall");

  /// errno of the calling thread's last call. A segment shared by threads would mix their errors.
  private static final ThreadLocal<ByteBuffer> ERRNO =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder()));

  private Libc() {}

  /// `long syscall(long number, …)`, syscall(2).
  ///
  /// @return the result, or the negative error number: never -1 with errno elsewhere
  public static long syscall(long number, long a, long b, long c, long d, long e, long f) {
    ByteBuffer errno = ERRNO.get();
    long result = invoke(SYSCALL, MemorySegment.ofBuffer(errno), number, a, b, c, d, e, f);
    return result == -1 ? -errno.getInt(0) : result;
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
  public static long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    return invoke(function, MemorySegment.ofBuffer(ERRNO.get()), a, b, c, d, e, f, 0);
  }

  /// The address of a function or variable of the C library.
  ///
  /// @throws UnsatisfiedLinkError when this C library has none of that name
  public static MemorySegment symbol(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
  }

  /// Keeps memory alive until here. The kernel knows addresses, the collector does not.
  @SuppressWarnings("ReachabilityFenceUsage") // called after the call it guards, by contract
  public static void keep(Object... memory) {
    Reference.reachabilityFence(memory);
  }

  @SuppressWarnings("restricted") // the grant that the module asks for, and its only use
  private static MethodHandle link() {
    return LINKER.downcallHandle(
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG),
        Linker.Option.captureCallState("errno"));
  }

  private static long invoke(
      MemorySegment function,
      MemorySegment errno,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g) {
    try {
      return (long) CALL.invokeExact(function, errno, a, b, c, d, e, f, g);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible); // invokeExact is declared to throw, a C function cannot
    }
  }
}
