package dev.urunj.bench;

/// The words that `bench/run` gives a peer.
///
/// @param warmup loops before the first that counts
/// @param link the pod's interface
/// @param owner,group of the TAP
record Options(int loops, int warmup, String link, int owner, int group) {
  /// Reads pairs of a flag and its value; the C peers' defaults for those not given.
  ///
  /// @throws IllegalArgumentException for any other word
  static Options of(String[] args) {
    int loops = 100;
    int warmup = 10;
    String link = "eth0";
    int owner = 65534;
    int group = 65534;
    for (int i = 0; i + 1 < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--loops" -> loops = Integer.parseInt(value);
        case "--warmup" -> warmup = Integer.parseInt(value);
        case "--link" -> link = value;
        case "--owner" -> owner = Integer.parseInt(value);
        case "--group" -> group = Integer.parseInt(value);
        default -> throw new IllegalArgumentException("unexpected argument \"" + args[i] + "\"");
      }
    }
    if (args.length % 2 != 0) {
      throw new IllegalArgumentException(args[args.length - 1] + " needs a value");
    }
    return new Options(loops, warmup, link, owner, group);
  }
}
