package dev.urunj.linux.bpf;

/// A frame for a run of a program by itself.
///
/// @param bytes from the ethernet header on
/// @param linkIndex where it is seen (`skb->ifindex`); 1 is the loopback interface
/// @param mark `skb->mark`
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
record TestFrame(byte[] bytes, int linkIndex, int mark) {
  /// Copies the bytes.
  TestFrame {
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }
}
