package dev.urunj.linux.tap;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A TAP that another process has opened by its name, by a copy of that process's descriptor. While
/// this object is open it keeps the link too, so close it soon.
///
/// The kernel shows by the line `iff:` of `/proc/PID/fdinfo/N` which descriptor leads to which
/// link, `tun_chr_show_fdinfo` of drivers/net/tun.c. The line has a name and no namespace, so the
/// namespace is asked for on the descriptor itself.
public final class HeldTap implements AutoCloseable {
  private static final String LINE = "iff:\t";

  private final Fd fd;

  private HeldTap(Fd fd) {
    this.fd = fd;
  }

  /// The TAP of that name and namespace that a process holds now.
  ///
  /// @param holder decides whose descriptor is copied
  /// @param pid of the holder, as proc(5) shows it here
  /// @return null when the process holds no such TAP, not yet, or no longer because it has ended
  /// @throws ErrnoException EPERM when it may not be traced
  public static @Nullable HeldTap of(
      Pidfd holder, int pid, String name, NetworkNamespaceIdentity namespace) throws IOException {
    String directory = "/proc/" + pid + "/fdinfo";
    String[] numbers = new File(directory).list();
    if (numbers == null) {
      return null; // it has ended, or ends
    }
    for (String number : numbers) {
      if (leadsTo(directory + "/" + number, name)) {
        HeldTap found = in(holder, Integer.parseInt(number), namespace);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  /// Lets the link go with its last descriptor again.
  public void unpersist() throws ErrnoException {
    Tap.set(fd, Tap.TUNSETPERSIST, "TUNSETPERSIST", 0);
  }

  @Override
  public void close() throws ErrnoException {
    fd.close();
  }

  private static boolean leadsTo(String file, String name) {
    try (FileInputStream stream = new FileInputStream(file)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return text.contains(LINE + name + "\n");
    } catch (IOException _) {
      return false; // closed meanwhile
    }
  }

  private static @Nullable HeldTap in(Pidfd holder, int number, NetworkNamespaceIdentity wanted)
      throws ErrnoException {
    Fd copy;
    try {
      copy = holder.descriptor(number);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EBADF || e.errno() == Errno.ESRCH) {
        return null; // closed meanwhile
      }
      throw e;
    }
    try {
      if (isIn(copy, wanted)) {
        return new HeldTap(copy);
      }
      copy.close();
      return null;
    } catch (Throwable t) {
      try (copy) {
        throw t;
      }
    }
  }

  private static boolean isIn(Fd tap, NetworkNamespaceIdentity wanted) throws ErrnoException {
    long result = Libc.syscall(SyscallNumber.IOCTL, tap.number(), Tap.TUNGETDEVNETNS, 0);
    if (result < 0) {
      throw new ErrnoException("ioctl(" + tap.number() + ", TUNGETDEVNETNS)", (int) -result);
    }
    try (Fd namespace = Fd.adopt((int) result)) {
      FileStatus status = FileStatus.of(namespace);
      return status.device() == wanted.device() && status.inode() == wanted.inode();
    }
  }
}
