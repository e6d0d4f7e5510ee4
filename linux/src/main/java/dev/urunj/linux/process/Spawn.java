package dev.urunj.linux.process;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.Symbols;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A program to run as a child, posix_spawn(3), with exactly the descriptors that the caller names.
/// glibc 2.34.
///
/// The child is born in the namespaces of the thread that starts it, with an empty signal mask and
/// default effects of all signals. Needed in place of `ProcessBuilder`, which passes on no
/// descriptor but 0, 1 and 2.
public final class Spawn {
  private final List<String> argv;
  private final Inheritance inheritance;
  private final TreeMap<Integer, Fd> descriptors = new TreeMap<>();
  private @Nullable Path program;
  private @Nullable Path directory;

  /// A program by its arguments, from its own name on. The name is searched on this process's
  /// `PATH` unless it has a slash.
  ///
  /// @param inheritance the child's environment and standard streams
  /// @throws IllegalArgumentException when there is none
  public Spawn(List<String> argv, Inheritance inheritance) {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("a program needs at least a name");
    }
    this.argv = List.copyOf(argv);
    this.inheritance = inheritance;
  }

  /// The file to run, whatever `argv` says; `PATH` is not searched. A relative one is found from
  /// the child's directory.
  public Spawn program(Path file) {
    program = file;
    return this;
  }

  /// The directory in which the program begins.
  public Spawn directory(Path path) {
    directory = path;
    return this;
  }

  /// Gives the child a descriptor; 0, 1 and 2 take the place of what it inherits.
  ///
  /// @param childNumber its number there
  /// @param source stays the caller's, open until [#start] has returned
  public Spawn descriptor(int childNumber, Fd source) {
    if (childNumber < 0) {
      throw new IllegalArgumentException("not a descriptor: " + childNumber);
    }
    descriptors.put(childNumber, source);
    return this;
  }

  /// Starts the child; when this returns, its program runs. Can be called again for another one.
  ///
  /// @throws ErrnoException what the child met before its program ran, ENOENT, EACCES, EBADF, …;
  ///   there is no child then
  public Child start() throws ErrnoException {
    // The parent of the JVM may have ignored SIGCHLD, and then children leave no exit status.
    SignalDispositions.defaultIfIgnored(SignalDispositions.SIGCHLD);
    try (SpawnPlan plan = new SpawnPlan()) {
      plan.resetSignals();
      TreeMap<Integer, Fd> all = new TreeMap<>(descriptors);
      inheritance.addTo(all);
      plan.descriptors(all);
      if (directory != null) {
        plan.directory(directory);
      }
      return hold(spawn(plan));
    }
  }

  /// Runs the program to its end with `/dev/null` as its standard streams, and kills it when it
  /// takes too long.
  ///
  /// @return how it ended, which after the limit is by SIGKILL; the same of one that hangs in the
  ///   kernel and will end so
  public ExitStatus runQuietly(Duration limit) throws IOException {
    try (Fd nowhere = OpenFile.readWrite(Path.of("/dev/null"));
        Child child =
            descriptor(0, nowhere).descriptor(1, nowhere).descriptor(2, nowhere).start()) {
      return child.pidfd().awaitExit(limit) || child.kill()
          ? child.waitFor()
          : new ExitStatus(0, SignalDispositions.SIGKILL);
    }
  }

  private int spawn(SpawnPlan plan) throws ErrnoException {
    boolean search = program == null;
    String file = search ? argv.getFirst() : String.valueOf(program);
    NativeBuffer pid = NativeBuffer.allocate(Integer.BYTES);
    NativeBuffer path = NativeBuffer.ofString(file);
    StringVector arguments = StringVector.of(argv);
    StringVector variables = inheritance.environment().vector();
    int error =
        (int)
            Libc.call(
                Symbols.find(search ? "posix_spawnp" : "posix_spawn"),
                pid.address(),
                path.address(),
                plan.actions(),
                plan.attributes(),
                arguments.address(),
                variables == null ? CEnvironment.vector() : variables.address());
    arguments.keep();
    if (variables != null) {
      variables.keep();
    }
    Libc.keep(pid, path, new ArrayList<>(descriptors.values()), inheritance);
    if (error != 0) {
      throw new ErrnoException("posix_spawn(" + Quoted.of(file) + ")", error);
    }
    return pid.bytes().getInt(0);
  }

  /// A child that cannot be held must not go on, because no process would ever wait for it.
  private static Child hold(int pid) throws ErrnoException {
    try {
      return new Child(pid, Pidfd.open(pid));
    } catch (ErrnoException e) {
      int pPid = 1;
      int wExited = 4;
      Libc.syscall(SyscallNumber.KILL, pid, SignalDispositions.SIGKILL);
      Libc.syscall(SyscallNumber.WAITID, pPid, pid, 0, wExited, 0);
      throw e;
    }
  }
}
