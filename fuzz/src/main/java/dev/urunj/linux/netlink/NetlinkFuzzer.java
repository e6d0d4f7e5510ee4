package dev.urunj.linux.netlink;

import dev.urunj.fuzz.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Feeds one datagram to everything that reads rtnetlink's answers: each of its messages is offered
/// to every decoder, and read as a refusal where it is one.
public final class NetlinkFuzzer {
  private static final List<Decoder<?>> DECODERS =
      List.of(
          LinkCodec.READER,
          AddressCodec.READER,
          RouteCodec.READER,
          NeighbourCodec.READER,
          QdiscCodec::read,
          FilterCodec.READER);

  private NetlinkFuzzer() {}

  /// One execution.
  ///
  /// @param input the datagram, for port 0
  public static void fuzzerTestOneInput(byte[] input) {
    ByteBuffer bytes = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    Replies replies = new Replies(bytes, input.length, 0);
    Refusal.accepts(() -> {
      int messages = 0;
      while (replies.next()) {
        if (++messages > input.length / Message.NLMSG_HDRLEN) {
          throw new AssertionError("more messages than bytes for their headers");
        }
        read(replies);
      }
    });
  }

  private static void read(Replies message) {
    for (Decoder<?> decoder : DECODERS) {
      Refusal.accepts(() -> decoder.read(message));
    }
    if (message.type() == Replies.NLMSG_ERROR || message.type() == Replies.NLMSG_DONE) {
      Refusal.accepts(() -> {
        NetlinkException error = NetlinkSocket.error(message, "RTM_GETLINK(all)");
        if (error != null) {
          if (error.errno() <= 0) {
            throw new AssertionError("an error that is no errno: " + error.errno());
          }
          throw error;
        }
      });
    }
  }
}
