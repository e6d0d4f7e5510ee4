package dev.urunj.linux.syscall;

/// The numbers of the system calls, which differ by architecture:
/// `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`.
public final class SyscallNumber {
  private static final boolean X86 = System.getProperty("os.arch", "").equals("amd64");

  public static final int READ = X86 ? 0 : 63;
  public static final int WRITE = X86 ? 1 : 64;
  public static final int CLOSE = X86 ? 3 : 57;
  public static final int RT_SIGACTION = X86 ? 13 : 134;
  public static final int RT_SIGPROCMASK = X86 ? 14 : 135;
  public static final int IOCTL = X86 ? 16 : 29;
  public static final int PWRITE64 = X86 ? 18 : 68;
  public static final int SENDFILE = X86 ? 40 : 71;
  public static final int SOCKET = X86 ? 41 : 198;
  public static final int CONNECT = X86 ? 42 : 203;
  public static final int SENDTO = X86 ? 44 : 206;
  public static final int RECVFROM = X86 ? 45 : 207;
  public static final int SENDMSG = X86 ? 46 : 211;
  public static final int RECVMSG = X86 ? 47 : 212;
  public static final int BIND = X86 ? 49 : 200;
  public static final int LISTEN = X86 ? 50 : 201;
  public static final int GETSOCKNAME = X86 ? 51 : 204;
  public static final int SOCKETPAIR = X86 ? 53 : 199;
  public static final int SETSOCKOPT = X86 ? 54 : 208;
  public static final int GETSOCKOPT = X86 ? 55 : 209;
  public static final int EXECVE = X86 ? 59 : 221;
  public static final int KILL = X86 ? 62 : 129;
  public static final int FLOCK = X86 ? 73 : 32;
  public static final int FTRUNCATE = X86 ? 77 : 46;
  public static final int FCHMOD = X86 ? 91 : 52;
  public static final int FCHOWN = X86 ? 93 : 55;
  public static final int FSTATFS = X86 ? 138 : 44;
  public static final int PRCTL = X86 ? 157 : 167;
  public static final int MOUNT = X86 ? 165 : 40;
  public static final int UMOUNT2 = X86 ? 166 : 39;
  public static final int GETDENTS64 = X86 ? 217 : 61;
  public static final int WAITID = X86 ? 247 : 95;
  public static final int OPENAT = X86 ? 257 : 56;
  public static final int UNLINKAT = X86 ? 263 : 35;
  public static final int READLINKAT = X86 ? 267 : 78;
  static final int PPOLL = X86 ? 271 : 73;
  public static final int UNSHARE = X86 ? 272 : 97;
  public static final int ACCEPT4 = X86 ? 288 : 242;
  public static final int SETNS = X86 ? 308 : 268;
  public static final int RENAMEAT2 = X86 ? 316 : 276;
  public static final int MEMFD_CREATE = X86 ? 319 : 279;
  public static final int BPF = X86 ? 321 : 280;
  public static final int COPY_FILE_RANGE = X86 ? 326 : 285;
  public static final int STATX = X86 ? 332 : 291;
  public static final int PIDFD_SEND_SIGNAL = 424;
  public static final int PIDFD_OPEN = 434;
  public static final int CLOSE_RANGE = 436;
  public static final int OPENAT2 = 437;
  public static final int PIDFD_GETFD = 438;

  private SyscallNumber() {}
}
