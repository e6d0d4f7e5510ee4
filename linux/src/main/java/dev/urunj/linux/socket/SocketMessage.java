package dev.urunj.linux.socket;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.IOException;

/// `struct msghdr` with one `iovec` and one control message of descriptors, as sendmsg(2) and
/// recvmsg(2) take it on 64-bit: `msg_iov` at 16, `msg_iovlen` at 24, `msg_control` at 32,
/// `msg_controllen` at 40. `struct cmsghdr`: length at 0, level at 8, type at 12, numbers of 4
/// bytes from 16 on. cmsg(3)
final class SocketMessage {
  static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1; // include/linux/socket.h
  private static final int SCM_MAX_FD = 253; // include/net/scm.h
  private static final int MSGHDR_SIZE = 56;
  private static final int CMSGHDR_SIZE = 16;
  private static final int MAX_CONTENT = 65_535;
  private static final int RECEIVED_CONTENT = 4096;

  private final NativeBuffer header = NativeBuffer.allocate(MSGHDR_SIZE);
  private final NativeBuffer vector = NativeBuffer.allocate(16);
  private final NativeBuffer content;
  private final NativeBuffer control;

  private SocketMessage(NativeBuffer content, int contentLength, int controlLength) {
    this.content = content;
    this.control = NativeBuffer.allocate(controlLength);
    vector.bytes().putLong(0, content.address()).putLong(8, contentLength);
    header.bytes().putLong(16, vector.address()).putLong(24, 1);
    header.bytes().putLong(32, control.address()).putLong(40, controlLength);
  }

  static SocketMessage sending(byte[] content, Fd[] descriptors) {
    if (content.length == 0 || content.length > MAX_CONTENT) {
      throw new IllegalArgumentException("descriptors travel with 1 to 65535 bytes");
    }
    if (descriptors.length == 0 || descriptors.length > SCM_MAX_FD) {
      throw new IllegalArgumentException("1 to 253 descriptors fit into a message");
    }
    int length = CMSGHDR_SIZE + Integer.BYTES * descriptors.length;
    SocketMessage message =
        new SocketMessage(NativeBuffer.ofBytes(content), content.length, align(length));
    message.control.bytes().putLong(0, length).putInt(8, SOL_SOCKET).putInt(12, SCM_RIGHTS);
    for (int i = 0; i < descriptors.length; i++) {
      message.control.bytes().putInt(CMSGHDR_SIZE + Integer.BYTES * i, descriptors[i].number());
    }
    return message;
  }

  /// With room for as many descriptors as can come, because the kernel would drop what does not
  /// fit.
  static SocketMessage receiving() {
    int room = align(CMSGHDR_SIZE + Integer.BYTES * SCM_MAX_FD);
    return new SocketMessage(NativeBuffer.allocate(RECEIVED_CONTENT), RECEIVED_CONTENT, room);
  }

  /// The number of bytes sent, or the negative error number.
  long send(Fd socket, int flags) {
    long result =
        Libc.syscall(
            SyscallNumber.SENDMSG, socket.number(), header.address(), flags | MSG_DONTWAIT);
    Libc.keep(header, vector, content, control);
    return result;
  }

  /// The number of bytes received, or the negative error number.
  long receive(Fd socket) {
    long result =
        Libc.syscall(
            SyscallNumber.RECVMSG,
            socket.number(),
            header.address(),
            MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    Libc.keep(header, vector, content, control);
    return result;
  }

  /// The first descriptor received; all others are closed.
  Fd descriptor() throws IOException {
    Fd first = null;
    long end = header.bytes().getLong(40);
    for (int at = 0; at + CMSGHDR_SIZE <= end; ) {
      long length = control.bytes().getLong(at);
      if (length < CMSGHDR_SIZE) {
        break;
      }
      if (control.bytes().getInt(at + 8) == SOL_SOCKET
          && control.bytes().getInt(at + 12) == SCM_RIGHTS) {
        for (int i = CMSGHDR_SIZE; i + Integer.BYTES <= length; i += Integer.BYTES) {
          Fd received = Fd.adopt(control.bytes().getInt(at + i));
          if (first == null) {
            first = received;
          } else {
            received.close();
          }
        }
      }
      at += align((int) length);
    }
    if (first == null) {
      throw new IOException("a message without a descriptor; expected one with SCM_RIGHTS");
    }
    return first;
  }

  private static int align(int length) {
    return (length + 7) & ~7;
  }
}
