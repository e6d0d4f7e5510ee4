package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A classifier of traffic control (`BPF_PROG_TYPE_SCHED_CLS`) in the kernel and a descriptor that
/// keeps it there. A filter that runs it (`RouteSocket.addClassifier`) keeps it too.
public final class BpfProgram implements AutoCloseable {
  static final int PROG_INFO_SIZE = 88; // up to and with the bit gpl_compatible

  /// A program may add headers; the kernel refuses a frame that outgrows the room for it (ENOSPC).
  private static final int ROOM_FOR_HEADERS = 1024;

  private static final int MAP_COUNT_OFFSET = 52;
  private static final int MOST_MAPS = 64; // MAX_USED_MAPS of the verifier

  private final String name;
  private final Fd fd;

  private BpfProgram(String name, Fd fd) {
    this.name = name;
    this.fd = fd;
  }

  /// Loads a program, which the kernel's verifier checks.
  ///
  /// @param maps those that the program refers to by name, among others; they stay the caller's
  /// @throws IllegalArgumentException when one is missing
  /// @throws VerifierException when the verifier refuses it, with its log
  /// @throws ErrnoException `EPERM` without `CAP_BPF` or where the kernel is locked down, `EINVAL`
  ///   where it has no such programs
  public static BpfProgram load(ProgramSpec spec, List<BpfMap> maps) throws ErrnoException {
    return new BpfProgram(spec.name(), ProgramLoad.load(spec, maps));
  }

  /// A program that exists as long as a descriptor or a program of the kernel's holds it.
  ///
  /// @param id of [ProgramIdentity#id], or of a filter
  /// @throws ErrnoException `ENOENT` when there is none of that id
  public static BpfProgram byId(int id) throws ErrnoException {
    Fd fd = BpfCall.byId(BpfCall.BPF_PROG_GET_FD_BY_ID, "BPF_PROG_GET_FD_BY_ID", id);
    try {
      return new BpfProgram(identity(fd).name(), fd);
    } catch (Throwable t) {
      try (fd) {
        throw t;
      }
    }
  }

  public String name() {
    return name;
  }

  /// The descriptor, still owned by this object.
  public Fd fd() {
    return fd;
  }

  public ProgramIdentity identity() throws ErrnoException {
    return identity(fd);
  }

  /// Runs the program once on a frame that exists for it alone. What it does to maps and to sockets
  /// is real; what it decides to do with the frame is only reported.
  ///
  /// The frame belongs to the calling thread's network namespace.
  ///
  /// @throws ErrnoException `EINVAL` for a frame of less than 14 bytes or more than about 3500 (a
  ///   page less the kernel's overhead), `ENODEV` for a link that does not exist
  TestRun run(TestFrame frame) throws ErrnoException {
    NativeBuffer in = NativeBuffer.ofBytes(frame.bytes());
    int length = frame.bytes().length;
    NativeBuffer out = NativeBuffer.allocate(length + ROOM_FOR_HEADERS);
    NativeBuffer skb = NativeBuffer.allocate(TestRun.SK_BUFF_SIZE);
    skb.bytes()
        .putInt(TestRun.MARK_OFFSET, frame.mark())
        .putInt(TestRun.IFINDEX_OFFSET, frame.linkIndex());
    NativeBuffer attributes = NativeBuffer.allocate(TestRun.TEST_RUN_SIZE);
    ByteBuffer bytes = attributes.bytes();
    bytes.putInt(0, fd.number()).putInt(8, length).putInt(12, out.size());
    bytes.putLong(16, in.address()).putLong(24, out.address()).putInt(32, 1);
    bytes.putInt(40, TestRun.SK_BUFF_SIZE).putInt(44, TestRun.SK_BUFF_SIZE);
    bytes.putLong(48, skb.address()).putLong(56, skb.address());
    long result = BpfCall.call(BpfCall.BPF_PROG_TEST_RUN, attributes);
    Libc.keep(in, out, skb);
    if (result < 0) {
      throw new ErrnoException("bpf(BPF_PROG_TEST_RUN, \"" + name() + "\")", (int) -result);
    }
    byte[] left = new byte[Math.min(bytes.getInt(12), out.size())];
    out.bytes().get(0, left);
    return new TestRun(bytes.getInt(4), left, skb.bytes().getInt(TestRun.MARK_OFFSET));
  }

  @Override
  public void close() throws ErrnoException {
    fd.close();
  }

  /// `struct bpf_prog_info`, of which we read:
  ///
  /// ```
  /// 0 u32 type, 4 u32 id, 8 u8 tag[8], 52 u32 nr_map_ids, 56 u64 map_ids, 64 char name[16]
  /// ```
  private static ProgramIdentity identity(Fd program) throws ErrnoException {
    NativeBuffer info = NativeBuffer.allocate(PROG_INFO_SIZE);
    NativeBuffer maps = NativeBuffer.allocate(MOST_MAPS * Integer.BYTES);
    ByteBuffer bytes = info.bytes();
    bytes.putInt(MAP_COUNT_OFFSET, MOST_MAPS).putLong(56, maps.address());
    BpfCall.describe(program, info);
    Libc.keep(maps);
    List<Integer> mapIds = new ArrayList<>();
    int count = Math.min(MOST_MAPS, bytes.getInt(MAP_COUNT_OFFSET));
    for (int i = 0; i < count; i++) {
      mapIds.add(maps.bytes().getInt(i * Integer.BYTES));
    }
    return new ProgramIdentity(
        bytes.getInt(4), bytes.getInt(0), tag(bytes), BpfCall.name(bytes, 64), mapIds);
  }

  private static String tag(ByteBuffer info) {
    String digits = Long.toHexString(info.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(8));
    return "0".repeat(16 - digits.length()) + digits;
  }
}
