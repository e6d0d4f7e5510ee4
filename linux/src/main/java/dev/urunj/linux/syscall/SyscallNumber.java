package dev.urunj.linux.syscall;

/// The numbers of the system calls, which differ by architecture:
/// `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`.
public final class SyscallNumber {
  private static final boolean X86 = System.getProperty("os.arch", "").equals("amd64");

  public static final int READ = X86 ? 0 : 63;
  public static final int WRITE = X86 ? 1 : 64;
  public static final int CLOSE = X86 ? 3 : 57;
  public static final int IOCTL = X86 ? 16 : 29;
  public static final int SOCKET = X86 ? 41 : 198;
  public static final int SENDTO = X86 ? 44 : 206;
  public static final int RECVFROM = X86 ? 45 : 207;
  public static final int BIND = X86 ? 49 : 200;
  public static final int GETSOCKNAME = X86 ? 51 : 204;
  public static final int SETSOCKOPT = X86 ? 54 : 208;
  public static final int GETSOCKOPT = X86 ? 55 : 209;
  public static final int OPENAT = X86 ? 257 : 56;
  public static final int UNSHARE = X86 ? 272 : 97;
  public static final int SETNS = X86 ? 308 : 268;

  private SyscallNumber() {}
}
