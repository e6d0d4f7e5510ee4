package dev.urunj.linux.terminal;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import org.jspecify.annotations.Nullable;

/// The terminal behind one of a caller's standard streams, with the modes in which it was found.
/// Does not own the stream.
///
/// `struct termios` and the numbers are the kernel's, uapi/asm-generic/termbits.h and ioctls.h, the
/// same on x86-64 and aarch64; glibc's structure is another.
public final class Terminal {
  private static final int TCGETS = 0x5401;
  private static final int TCSETS = 0x5402;
  private static final int TIOCGWINSZ = 0x5413;
  private static final int TIOCSWINSZ = 0x5414;
  private static final int TERMIOS_SIZE = 36; // four flags, the line discipline, 19 characters
  private static final int WINSIZE_SIZE = 8;

  private static final int IFLAG = 0; // offsets of struct termios
  private static final int OFLAG = 4;
  private static final int CFLAG = 8;
  private static final int LFLAG = 12;
  private static final int CC = 17;

  // IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON, as cfmakeraw(3)
  private static final int INPUT = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400;
  private static final int OPOST = 0x1;
  private static final int ONLCR = 0x4;
  private static final int CSIZE_PARENB = 0x30 | 0x100;
  private static final int CS8 = 0x30;
  private static final int LOCAL =
      0x8 | 0x40 | 0x2 | 0x1 | 0x8000; // ECHO ECHONL ICANON ISIG IEXTEN
  private static final int VTIME = 5;
  private static final int VMIN = 6;

  private final int stream;
  private final byte[] found;

  private Terminal(int stream, byte[] found) {
    this.stream = stream;
    this.found = found;
  }

  /// The first of a caller's standard input, output and error that is a terminal.
  ///
  /// @param caller its streams must stay open as long as the terminal is used
  /// @return null when none is
  public static @Nullable Terminal among(Inheritance caller) {
    for (int number = 0; number <= 2; number++) {
      int stream = caller.stream(number);
      NativeBuffer modes = NativeBuffer.allocate(TERMIOS_SIZE);
      long result = Libc.syscall(SyscallNumber.IOCTL, stream, TCGETS, modes.address());
      byte[] found = new byte[TERMIOS_SIZE];
      modes.bytes().get(0, found);
      Libc.keep(modes);
      if (result == 0) {
        return new Terminal(stream, found);
      }
    }
    return null;
  }

  /// Passes every byte on as it is, in both directions, cfmakeraw(3).
  public void makeRaw() throws ErrnoException {
    NativeBuffer modes = NativeBuffer.allocate(TERMIOS_SIZE);
    modes.bytes().put(0, found);
    clear(modes, IFLAG, INPUT);
    clear(modes, OFLAG, OPOST);
    clear(modes, CFLAG, CSIZE_PARENB);
    modes.bytes().putInt(CFLAG, modes.bytes().getInt(CFLAG) | CS8);
    clear(modes, LFLAG, LOCAL);
    modes.bytes().put(CC + VMIN, (byte) 1);
    modes.bytes().put(CC + VTIME, (byte) 0);
    set(modes);
  }

  private static void clear(NativeBuffer modes, int offset, int bits) {
    modes.bytes().putInt(offset, modes.bytes().getInt(offset) & ~bits);
  }

  /// Gives it the modes back in which it was found.
  public void restore() throws ErrnoException {
    NativeBuffer modes = NativeBuffer.allocate(TERMIOS_SIZE);
    modes.bytes().put(0, found);
    set(modes);
  }

  private void set(NativeBuffer modes) throws ErrnoException {
    check(Libc.syscall(SyscallNumber.IOCTL, stream, TCSETS, modes.address()), "TCSETS");
    Libc.keep(modes);
  }

  /// Gives another terminal this one's number of rows and columns.
  public void copySizeTo(Fd other) throws ErrnoException {
    NativeBuffer size = NativeBuffer.allocate(WINSIZE_SIZE);
    check(Libc.syscall(SyscallNumber.IOCTL, stream, TIOCGWINSZ, size.address()), "TIOCGWINSZ");
    check(
        Libc.syscall(SyscallNumber.IOCTL, other.number(), TIOCSWINSZ, size.address()),
        "TIOCSWINSZ");
    Libc.keep(size);
  }

  /// Lets a terminal pass line ends on as they are: the printing side has a terminal that makes CR
  /// and LF of them, or the guest has already.
  ///
  /// @param terminal either side of a pseudo terminal
  public static void keepLineEnds(Fd terminal) throws ErrnoException {
    NativeBuffer modes = NativeBuffer.allocate(TERMIOS_SIZE);
    int number = terminal.number();
    check(Libc.syscall(SyscallNumber.IOCTL, number, TCGETS, modes.address()), "TCGETS");
    clear(modes, OFLAG, ONLCR);
    check(Libc.syscall(SyscallNumber.IOCTL, number, TCSETS, modes.address()), "TCSETS");
    Libc.keep(modes);
  }

  private static void check(long result, String request) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException("ioctl(" + request + ")", (int) -result);
    }
  }
}
