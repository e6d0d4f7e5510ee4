package dev.urunj.linux.process;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.Symbols;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;

/// `posix_spawn_file_actions_t` and `posix_spawnattr_t` of the C library, posix_spawn(3): what a
/// child does between its birth and its program.
final class SpawnPlan implements AutoCloseable {
  private static final short POSIX_SPAWN_SETSIGDEF = 0x04; // spawn.h
  private static final short POSIX_SPAWN_SETSIGMASK = 0x08;
  private static final int SIGSET_SIZE = 128;

  /// Both types are opaque, 80 and 336 bytes in glibc and musl on 64-bit; they never grow, because
  /// that would break every compiled program. Three times the larger is still nothing.
  private static final int OPAQUE_SIZE = 1024;

  private final NativeBuffer actions = NativeBuffer.allocate(OPAQUE_SIZE);
  private final NativeBuffer attributes = NativeBuffer.allocate(OPAQUE_SIZE);

  SpawnPlan() throws ErrnoException {
    call("posix_spawn_file_actions_init", actions.address(), 0, 0);
    call("posix_spawnattr_init", attributes.address(), 0, 0);
  }

  long actions() {
    return actions.address();
  }

  long attributes() {
    return attributes.address();
  }

  /// An empty mask of blocked signals and default effects of all, because a JVM blocks and handles
  /// some.
  void resetSignals() throws ErrnoException {
    NativeBuffer set = NativeBuffer.allocate(SIGSET_SIZE);
    call("posix_spawnattr_setsigmask", attributes.address(), set.address(), 0);
    call("sigfillset", set.address(), 0, 0);
    call("posix_spawnattr_setsigdefault", attributes.address(), set.address(), 0);
    Libc.keep(set);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    call("posix_spawnattr_setflags", attributes.address(), flags, 0);
  }

  /// Gives the child exactly these descriptors, and 0, 1 and 2 as they are where they are not
  /// named. A source may have a number that another child descriptor gets, so all are moved out of
  /// the way first, above every number in use here.
  void descriptors(SortedMap<Integer, Fd> byChildNumber) throws ErrnoException {
    int highest = 2;
    int aside = 2;
    for (Map.Entry<Integer, Fd> entry : byChildNumber.entrySet()) {
      highest = Math.max(highest, entry.getKey());
      aside = Math.max(aside, entry.getValue().number());
    }
    aside = Math.max(aside, highest) + 1;
    int moved = aside;
    for (Fd source : byChildNumber.values()) {
      duplicate(source.number(), moved++);
    }
    moved = aside;
    for (int number : byChildNumber.keySet()) {
      duplicate(moved++, number);
    }
    for (int number = 3; number < highest; number++) {
      if (!byChildNumber.containsKey(number)) {
        call("posix_spawn_file_actions_addclose", actions.address(), number, 0);
      }
    }
    // Hardly a descriptor of a JVM is close-on-exec.
    call("posix_spawn_file_actions_addclosefrom_np", actions.address(), highest + 1L, 0);
  }

  void directory(Path directory) throws ErrnoException {
    NativeBuffer path = NativeBuffer.ofString(directory.toString());
    call("posix_spawn_file_actions_addchdir_np", actions.address(), path.address(), 0);
    Libc.keep(path); // from here on the C library has a copy
  }

  @Override
  public void close() throws ErrnoException {
    call("posix_spawn_file_actions_destroy", actions.address(), 0, 0);
    call("posix_spawnattr_destroy", attributes.address(), 0, 0);
    Libc.keep(actions, attributes);
  }

  private void duplicate(int from, int to) throws ErrnoException {
    call("posix_spawn_file_actions_adddup2", actions.address(), from, to);
  }

  /// These functions return the error number itself.
  private static void call(String function, long a, long b, long c) throws ErrnoException {
    int error = (int) Libc.call(Symbols.find(function), a, b, c, 0, 0, 0);
    if (error != 0) {
      throw new ErrnoException(function + "()", error);
    }
  }
}
