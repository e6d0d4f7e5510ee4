package dev.urunj.linux.process;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns this whole process, JVM and all, into another program, execve(2). Linux 5.11.
///
/// The program starts as a shell would start it: no blocked signal; default effects of the signals
/// that the JVM handles, and of SIGPIPE, SIGXFSZ and SIGCHLD in any case (a signal that was ignored
/// when the JVM started, as by nohup(1), stays so: the JVM respects that); and no descriptor of the
/// JVM's. Limits of resources stay as they are. A JVM raises that of open files unless it was
/// started with `-XX:-MaxFDLimit`.
public final class Exec {
  private static final int CLOSE_RANGE_CLOEXEC = 4; // uapi/linux/close_range.h
  private static final long LAST_DESCRIPTOR = 0xffffffffL;

  private Exec() {}

  /// Runs a program in place of this one. Never returns. Shutdown hooks do not run; flush streams
  /// before.
  ///
  /// @param program a path; `PATH` is not searched
  /// @param argv the arguments from the program's own name on
  /// @param environment what the program gets as its own
  /// @param keepDescriptors how many descriptors after 0, 1 and 2 the program gets: 3 to `2 +
  ///   keepDescriptors`, as runc's `--preserve-fds`; those of them that are close-on-exec, or that
  ///   [InheritedDescriptors] does not know, it does not get
  /// @throws ErrnoException the program could not be run, the process goes on: ENOENT, EACCES, …
  ///   The descriptors above are close-on-exec from then on
  public static void replace(
      Path program, List<String> argv, Environment environment, int keepDescriptors)
      throws ErrnoException {
    NativeBuffer path = NativeBuffer.ofString(program.toString());
    StringVector arguments = StringVector.of(argv);
    @Nullable StringVector variables = environment.vector();
    closeOnExec(keepDescriptors);
    SignalDispositions.defaultIfIgnored(SignalDispositions.SIGPIPE);
    SignalDispositions.defaultIfIgnored(SignalDispositions.SIGXFSZ);
    SignalDispositions.defaultIfIgnored(SignalDispositions.SIGCHLD);
    long mask = SignalDispositions.setMask(0);
    long result =
        Libc.syscall(
            SyscallNumber.EXECVE,
            path.address(),
            arguments.address(),
            variables == null ? CEnvironment.vector() : variables.address());
    arguments.keep();
    if (variables != null) {
      variables.keep();
    }
    Libc.keep(path);
    SignalDispositions.setMask(mask);
    throw new ErrnoException("execve(" + Quoted.of(program.toString()) + ")", (int) -result);
  }

  /// A number that the caller had closed may by now be a file of the JVM's, for example a jar. The
  /// program does not get that, because it could write to it.
  private static void closeOnExec(int keepDescriptors) throws ErrnoException {
    InheritedDescriptors inherited = InheritedDescriptors.ofThisProcess();
    for (int number = 3; number < 3 + keepDescriptors; number++) {
      if (!inherited.has(number)) {
        closeOnExec(number, number);
      }
    }
    closeOnExec(3 + keepDescriptors, LAST_DESCRIPTOR);
  }

  private static void closeOnExec(int first, long last) throws ErrnoException {
    long result = Libc.syscall(SyscallNumber.CLOSE_RANGE, first, last, CLOSE_RANGE_CLOEXEC);
    if (result < 0) {
      throw new ErrnoException(
          "close_range(" + first + ", " + last + ", CLOSE_RANGE_CLOEXEC)", (int) -result);
    }
  }
}
