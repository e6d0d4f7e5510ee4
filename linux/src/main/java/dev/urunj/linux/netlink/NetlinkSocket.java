package dev.urunj.linux.netlink;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The transport below [RouteSocket] and [NetfilterSocket]: requests out, answers in, matched by
/// sequence number.
///
/// After an exception in the middle of a request, its remaining answers are still in the socket
/// when the next request goes out. They carry an older sequence number, so this skips them. It
/// accepts messages from the kernel (port 0) only. A kernel that stays silent is an error after
/// [#TIMEOUT_SECONDS].
final class NetlinkSocket implements AutoCloseable {
  // include/uapi/linux/netlink.h, include/linux/socket.h, asm-generic/socket.h
  static final int AF_NETLINK = 16;
  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int NETLINK_ROUTE = 0;
  static final int NETLINK_NETFILTER = 12;
  static final int SOL_NETLINK = 270;
  static final int NETLINK_CAP_ACK = 10;
  static final int NETLINK_EXT_ACK = 11;
  static final int NETLINK_GET_STRICT_CHK = 12; // since Linux 4.20
  static final int SOL_SOCKET = 1;
  static final int SO_RCVTIMEO = 20;
  static final int MSG_TRUNC = 0x20;
  static final int SOCKADDR_NL_SIZE = 12;

  static final int NLMSGERR_ATTR_MSG = 1;
  static final int NLMSGERR_ATTR_OFFS = 2;
  static final int NLMSGERR_SIZE = 20; // s32 error and the header of the request

  private static final int TIMEOUT_SECONDS = 10;
  private static final int ATTEMPTS = 5;

  /// The kernel fills at most 32 KiB, less its own overhead, with one datagram of a dump
  /// (`netlink_recvmsg`). More would only make opening slower, because the buffer is zeroed.
  private static final int RECEIVE_BYTES = 32 * 1024;

  /// The largest request, a veth with its peer or a redirect, takes less than 200 bytes.
  private static final int SEND_BYTES = 1024;

  private static final long LARGEST_DUMP_BYTES = 64L * 1024 * 1024;

  private final Fd socket;
  private final NativeBuffer outgoing = NativeBuffer.allocate(SEND_BYTES);
  private final NativeBuffer incoming = NativeBuffer.allocate(RECEIVE_BYTES);

  /// `struct sockaddr_nl` (u16 family, u16 pad, u32 nl_pid, u32 nl_groups) and its length.
  private final NativeBuffer peer = NativeBuffer.allocate(SOCKADDR_NL_SIZE + 4);

  private int port;
  private int sequence;

  private NetlinkSocket(Fd socket) {
    this.socket = socket;
  }

  /// A socket for one part of the kernel.
  ///
  /// @param protocol `NETLINK_ROUTE`, `NETLINK_NETFILTER`
  static NetlinkSocket open(int protocol) throws ErrnoException {
    int type = SOCK_RAW | SOCK_CLOEXEC;
    long fd = Libc.syscall(SyscallNumber.SOCKET, AF_NETLINK, type, protocol);
    Fd socket = Fd.adopt((int) check(fd, "socket(AF_NETLINK, SOCK_RAW, " + protocol + ")"));
    try {
      NetlinkSocket opened = new NetlinkSocket(socket);
      opened.configure();
      return opened;
    } catch (Throwable t) {
      try (socket) {
        throw t;
      }
    }
  }

  private void configure() throws ErrnoException {
    option(SOL_NETLINK, NETLINK_EXT_ACK, "NETLINK_EXT_ACK", 1);
    option(SOL_NETLINK, NETLINK_CAP_ACK, "NETLINK_CAP_ACK", 1);
    option(SOL_NETLINK, NETLINK_GET_STRICT_CHK, "NETLINK_GET_STRICT_CHK", 1);
    option(SOL_SOCKET, SO_RCVTIMEO, "SO_RCVTIMEO", TIMEOUT_SECONDS);
    peer.bytes().putShort(0, (short) AF_NETLINK);
    long result =
        Libc.syscall(SyscallNumber.BIND, socket.number(), peer.address(), SOCKADDR_NL_SIZE);
    check(result, "bind(AF_NETLINK)");
    port = portOf(SyscallNumber.GETSOCKNAME);
  }

  /// The kernel chooses the port at bind(2).
  private int portOf(int call) throws ErrnoException {
    peer.bytes().putInt(SOCKADDR_NL_SIZE, SOCKADDR_NL_SIZE);
    long length = peer.address() + SOCKADDR_NL_SIZE;
    check(Libc.syscall(call, socket.number(), peer.address(), length), "getsockname(AF_NETLINK)");
    Libc.keep(peer);
    return peer.bytes().getInt(4);
  }

  /// Options are an `int`; of a `struct timeval` (two longs) that is the low half of the seconds.
  private void option(int level, int name, String text, int value) throws ErrnoException {
    outgoing.bytes().putInt(0, value);
    int size = level == SOL_SOCKET ? 16 : 4;
    long result =
        Libc.syscall(
            SyscallNumber.SETSOCKOPT, socket.number(), level, name, outgoing.address(), size);
    Libc.keep(outgoing);
    check(result, "setsockopt(" + text + ")");
  }

  /// Sends a change and waits for its acknowledgement.
  void change(Message change) throws ErrnoException {
    send(change);
    while (true) {
      Replies replies = receive();
      while (replies.next()) {
        if (replies.type() == Replies.NLMSG_ERROR && replies.sequence() == sequence) {
          NetlinkException failure = error(replies, change.call());
          if (failure != null) {
            throw failure;
          }
          return;
        }
      }
    }
  }

  /// One object; null when the kernel knows no such link (ENODEV).
  <T> @Nullable T get(Message request, Decoder<T> decoder) throws ErrnoException {
    send(request);
    while (true) {
      Replies replies = receive();
      while (replies.next()) {
        if (replies.sequence() != sequence) {
          continue;
        }
        if (replies.type() != Replies.NLMSG_ERROR) {
          return decoder.read(replies);
        }
        NetlinkException failure = error(replies, request.call());
        if (failure == null || failure.errno() == Errno.ENODEV) {
          return null;
        }
        throw failure;
      }
    }
  }

  /// All objects. If they change meanwhile, so that some may be missing or listed twice
  /// (`NLM_F_DUMP_INTR`), this asks again.
  <T> List<T> dump(Message request, Decoder<T> decoder) throws ErrnoException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Dump<T> dump = new Dump<>(request, decoder);
      send(request);
      dump.receiveAll();
      if (!dump.interrupted) {
        return dump.objects;
      }
    }
    String what = "the objects changed during each of " + ATTEMPTS + " dumps";
    throw new NetlinkException(request.call(), Errno.EINTR, what, 0);
  }

  /// One dump while it is received. This receives it to its end even when an object cannot be read,
  /// because the kernel refuses a new dump (EBUSY) while one is under way.
  private final class Dump<T> {
    private final Message request;
    private final Decoder<T> decoder;
    private final List<T> objects = new ArrayList<>();
    private @Nullable NetlinkException failure;
    private boolean interrupted;
    private boolean done;
    private long received;

    Dump(Message request, Decoder<T> decoder) {
      this.request = request;
      this.decoder = decoder;
    }

    void receiveAll() throws ErrnoException {
      while (!done) {
        Replies replies = receive();
        received += replies.length();
        if (received > LARGEST_DUMP_BYTES) {
          throw NetlinkException.malformed(request.call() + ": more than 64 MiB of objects");
        }
        while (!done && replies.next()) {
          if (replies.sequence() == sequence) {
            take(replies);
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    }

    private void take(Replies message) throws NetlinkException {
      interrupted |= (message.flags() & Replies.NLM_F_DUMP_INTR) != 0;
      switch (message.type()) {
        case Replies.NLMSG_DONE, Replies.NLMSG_ERROR -> {
          done = true;
          failure = both(failure, error(message, request.call()));
        }
        case Replies.NLMSG_NOOP -> {}
        default -> read(message);
      }
    }

    private void read(Replies message) {
      try {
        T object = failure == null ? decoder.read(message) : null;
        if (object != null) {
          objects.add(object);
        }
      } catch (NetlinkException e) {
        failure = e;
      }
    }
  }

  /// Sends changes of which the kernel makes all or none, and waits for the answer to the last. The
  /// first one that it refused is thrown, or the beginning where the whole was refused.
  ///
  /// @param begin `NFNL_MSG_BATCH_BEGIN`, which is answered only by errors
  /// @param end `NFNL_MSG_BATCH_END`, which is not answered
  void changeAll(Message begin, List<Message> changes, Message end) throws ErrnoException {
    int size = begin.size() + end.size();
    for (Message change : changes) {
      size += change.size();
    }
    NativeBuffer datagram = NativeBuffer.allocate(size);
    int first = ++sequence;
    begin.writeTo(datagram.bytes(), first, port);
    for (Message change : changes) {
      change.writeTo(datagram.bytes(), ++sequence, port);
    }
    end.writeTo(datagram.bytes(), ++sequence, port);
    send(datagram, size);
    NetlinkException failure = null;
    for (int answered = -1; answered != 0 && answered != changes.size(); ) {
      Replies replies = receive();
      while (answered != 0 && answered != changes.size() && replies.next()) {
        int index = replies.sequence() - first;
        if (replies.type() == Replies.NLMSG_ERROR && index >= 0 && index <= changes.size()) {
          answered = index;
          String call = index == 0 ? begin.call() : changes.get(index - 1).call();
          failure = both(failure, error(replies, call));
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void send(Message message) throws ErrnoException {
    outgoing.bytes().clear();
    message.writeTo(outgoing.bytes(), ++sequence, port);
    send(outgoing, message.size());
  }

  private void send(NativeBuffer datagram, int size) throws ErrnoException {
    long sent;
    do {
      sent = Libc.syscall(SyscallNumber.SENDTO, socket.number(), datagram.address(), size);
    } while (sent == -Errno.EINTR);
    Libc.keep(datagram);
    check(sent, "sendto(AF_NETLINK)");
  }

  private Replies receive() throws ErrnoException {
    while (true) {
      peer.bytes().putInt(SOCKADDR_NL_SIZE, SOCKADDR_NL_SIZE);
      long length =
          Libc.syscall(
              SyscallNumber.RECVFROM,
              socket.number(),
              incoming.address(),
              RECEIVE_BYTES,
              MSG_TRUNC,
              peer.address(),
              peer.address() + SOCKADDR_NL_SIZE);
      Libc.keep(incoming, peer);
      if (length == -Errno.EINTR) {
        continue;
      }
      check(length, "recvfrom(AF_NETLINK)");
      if (length > RECEIVE_BYTES) {
        throw NetlinkException.malformed("datagram of " + length + " bytes was cut at 32768");
      }
      if (peer.bytes().getInt(4) == 0) {
        return new Replies(incoming.bytes(), (int) length, port);
      }
    }
  }

  /// `struct nlmsgerr` (s32 error, the request's header and, unless capped, its payload; then
  /// attributes) or the `s32` of `NLMSG_DONE`, with attributes too when the dump failed.
  ///
  /// Null for error 0, an acknowledgement.
  static @Nullable NetlinkException error(Replies message, String call) throws NetlinkException {
    message.require(4, "nlmsgerr");
    int errno = -message.s32(0);
    if (errno == 0) {
      return null;
    }
    if (errno < 0) {
      throw NetlinkException.malformed("error " + message.s32(0) + ", expected a negative number");
    }
    String text = null;
    int offset = 0;
    if ((message.flags() & Replies.NLM_F_ACK_TLVS) != 0) {
      Attributes attributes = message.attributes(attributesOfError(message));
      while (attributes.next()) {
        switch (attributes.type()) {
          case NLMSGERR_ATTR_MSG -> text = attributes.string();
          case NLMSGERR_ATTR_OFFS -> offset = attributes.s32();
          default -> {}
        }
      }
    }
    return new NetlinkException(call, errno, text, offset);
  }

  private static int attributesOfError(Replies message) throws NetlinkException {
    if (message.type() == Replies.NLMSG_DONE) {
      return 4;
    }
    message.require(NLMSGERR_SIZE, "nlmsgerr");
    if ((message.flags() & Replies.NLM_F_CAPPED) != 0) {
      return NLMSGERR_SIZE;
    }
    int request = message.s32(4);
    if (request < Message.NLMSG_HDRLEN || request > message.payloadSize() - 4) {
      throw NetlinkException.malformed("error that quotes a request of length " + request);
    }
    return 4 + ((request + 3) & ~3);
  }

  private static @Nullable NetlinkException both(
      @Nullable NetlinkException first, @Nullable NetlinkException second) {
    if (first == null) {
      return second;
    }
    if (second != null) {
      first.addSuppressed(second);
    }
    return first;
  }

  private static long check(long result, String call) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(call, (int) -result);
    }
    return result;
  }

  @Override
  public void close() throws ErrnoException {
    socket.close();
  }
}
