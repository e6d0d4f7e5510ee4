package dev.urunj.runtime.guest;

import dev.urunj.fuzz.Refusal;
import java.io.IOException;

/// Feeds a pod's `resolv.conf`: what is read, written and read again is the same.
public final class ResolvConfFuzzer {
  private ResolvConfFuzzer() {}

  /// One execution.
  public static void fuzzerTestOneInput(byte[] input) {
    Refusal.accepts(() -> read(input));
  }

  private static void read(byte[] input) throws IOException {
    ResolvConf resolver = ResolvConf.parse(input);
    byte[] text = resolver.bytes();
    ResolvConf again = ResolvConf.parse(text);
    if (!again.equals(resolver)) {
      throw new AssertionError("written and read again it is another: " + again);
    }
    if (resolver.loopbackNameservers().size() > resolver.nameservers().size()) {
      throw new AssertionError("more on loopback than there are: " + resolver);
    }
    if (resolver.isEmpty() != (text.length == 0)) {
      throw new AssertionError("empty and not: " + resolver);
    }
  }
}
