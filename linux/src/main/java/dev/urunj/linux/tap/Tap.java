package dev.urunj.linux.tap;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.nio.charset.StandardCharsets;

/// A TAP device and the descriptor that keeps it alive, `Documentation/networking/tuntap.rst`.
///
/// Not persistent unless [#persist] made it so: the link goes with the last descriptor, whatever
/// ends the process that holds it. As long as a descriptor is open the link has a carrier
/// (`IFLA_CARRIER` 1), also while it is down. Frames come without `struct tun_pi` and, where
/// [TapSpec#header] says so, with `struct virtio_net_hdr` (10 bytes) in front; a monitor that wants
/// 12 sets that itself (`TUNSETVNETHDRSZ`), as QEMU does on every descriptor that it gets.
public final class Tap implements AutoCloseable {
  // include/uapi/linux/if_tun.h
  static final int TUNSETIFF = 0x400454ca;
  static final int TUNSETPERSIST = 0x400454cb;
  static final int TUNSETOWNER = 0x400454cc;
  static final int TUNSETGROUP = 0x400454ce;
  static final int TUNGETIFF = 0x800454d2;
  static final int TUNGETDEVNETNS = 0x54e3; // since Linux 5.8
  static final int IFF_TAP = 0x0002;
  static final int IFF_MULTI_QUEUE = 0x0100;
  static final int IFF_PERSIST = 0x0800;
  static final int IFF_NO_PI = 0x1000;
  static final int IFF_VNET_HDR = 0x4000;
  static final int IFF_TUN_EXCL = 0x8000;

  static final int IFREQ_SIZE = 40; // struct ifreq: char ifr_name[16], union of 24 bytes
  private static final int FLAGS_OFFSET = 16;

  private static final String DEVICE = "/dev/net/tun";
  private static final int AT_FDCWD = -100;
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000; // the same on x86-64 and aarch64

  private final TapSpec spec;
  private final Fd fd;

  private Tap(TapSpec spec, Fd fd) {
    this.spec = spec;
    this.fd = fd;
  }

  /// Makes the link, down and with a carrier, in the calling thread's network namespace.
  ///
  /// @throws ErrnoException `EBUSY` when a link of that name exists, `EPERM` without
  ///   `CAP_NET_ADMIN`, `ENOENT` or `ENXIO` without the `tun` driver. No link is left then
  public static Tap open(TapSpec spec) throws ErrnoException {
    Tap tap = attach(spec, IFF_TUN_EXCL);
    try {
      set(tap.fd, TUNSETOWNER, "TUNSETOWNER", spec.ownerUid());
      set(tap.fd, TUNSETGROUP, "TUNSETGROUP", spec.ownerGid());
      return tap;
    } catch (Throwable t) {
      try (tap) {
        throw t;
      }
    }
  }

  /// Attaches one more queue. The calling thread must be in the link's namespace, because in
  /// another one the kernel would make a link of the same name.
  ///
  /// @throws IllegalStateException when the TAP was not made for several queues
  /// @throws ErrnoException `E2BIG` beyond 256 queues
  public Tap openQueue() throws ErrnoException {
    if (!spec.multiQueue()) {
      throw new IllegalStateException("TAP " + spec.name() + " was made for one queue");
    }
    return attach(spec, 0);
  }

  /// The descriptor, still owned by this object.
  public Fd fd() {
    return fd;
  }

  public String name() {
    return spec.name();
  }

  /// Hands the descriptor over to the caller, who must close it. This object is closed afterwards.
  public Fd release() {
    return Fd.adopt(fd.release());
  }

  /// Makes the link stay when its last descriptor is closed, without a carrier, until the next
  /// descriptor is attached by its name. [HeldTap#unpersist] ends that.
  public void persist() throws ErrnoException {
    set(fd, TUNSETPERSIST, "TUNSETPERSIST", 1);
  }

  /// Whether the link would stay without a descriptor.
  public boolean isPersistent() throws ErrnoException {
    NativeBuffer request = NativeBuffer.allocate(IFREQ_SIZE);
    call(fd, TUNGETIFF, "TUNGETIFF", request);
    return (request.bytes().getShort(FLAGS_OFFSET) & IFF_PERSIST) != 0;
  }

  /// Closes the descriptor. With the last one the link goes, with its qdiscs and filters; the
  /// kernel takes 10 to 30 ms for that.
  @Override
  public void close() throws ErrnoException {
    fd.close();
  }

  private static Tap attach(TapSpec spec, int exclusive) throws ErrnoException {
    Fd fd = openDevice();
    try {
      int queues = spec.multiQueue() ? IFF_MULTI_QUEUE : 0;
      int header = spec.header() ? IFF_VNET_HDR : 0;
      int flags = IFF_TAP | IFF_NO_PI | header | exclusive | queues;
      NativeBuffer request = NativeBuffer.allocate(IFREQ_SIZE);
      request.bytes().put(0, spec.name().getBytes(StandardCharsets.UTF_8));
      request.bytes().putShort(FLAGS_OFFSET, (short) flags);
      call(fd, TUNSETIFF, "TUNSETIFF, \"" + spec.name() + "\"", request);
      return new Tap(spec, fd);
    } catch (Throwable t) {
      try (fd) {
        throw t;
      }
    }
  }

  private static Fd openDevice() throws ErrnoException {
    NativeBuffer path = NativeBuffer.ofString(DEVICE);
    long result;
    do {
      result = Libc.syscall(SyscallNumber.OPENAT, AT_FDCWD, path.address(), O_RDWR | O_CLOEXEC, 0);
    } while (result == -Errno.EINTR);
    Libc.keep(path);
    if (result < 0) {
      throw new ErrnoException("openat(\"" + DEVICE + "\", O_RDWR)", (int) -result);
    }
    return Fd.adopt((int) result);
  }

  static void set(Fd fd, int request, String name, long value) throws ErrnoException {
    long result = Libc.syscall(SyscallNumber.IOCTL, fd.number(), request, value);
    if (result < 0) {
      throw new ErrnoException(
          "ioctl(" + fd.number() + ", " + name + ", " + value + ")", (int) -result);
    }
  }

  private static void call(Fd fd, int request, String name, NativeBuffer argument)
      throws ErrnoException {
    // The number is unsigned in C: widened with its sign it would be another one.
    long number = Integer.toUnsignedLong(request);
    long result = Libc.syscall(SyscallNumber.IOCTL, fd.number(), number, argument.address());
    Libc.keep(argument);
    if (result < 0) {
      throw new ErrnoException("ioctl(" + fd.number() + ", " + name + ")", (int) -result);
    }
  }
}
