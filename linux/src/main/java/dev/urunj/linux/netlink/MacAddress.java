package dev.urunj.linux.netlink;

/// An Ethernet address of six bytes, the first one in the highest of the lower 48 bits.
public record MacAddress(long bits) {
  private static final int LENGTH = 6;
  private static final String DIGITS = "0123456789abcdef";

  public MacAddress {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException("an Ethernet address has 48 bits");
    }
  }

  /// The address in six bytes.
  ///
  /// @throws IllegalArgumentException for another number of bytes
  public static MacAddress of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("an Ethernet address has 6 bytes, not " + bytes.length);
    }
    long bits = 0;
    for (byte b : bytes) {
      bits = (bits << 8) | Byte.toUnsignedLong(b);
    }
    return new MacAddress(bits);
  }

  /// Six pairs of hexadecimal digits with colons between them, in either case.
  ///
  /// @throws IllegalArgumentException for any other text
  public static MacAddress parse(String text) {
    if (text.length() != 3 * LENGTH - 1) {
      throw new IllegalArgumentException("expected an Ethernet address like 02:00:5e:10:00:01");
    }
    long bits = 0;
    for (int i = 0; i < text.length(); i++) {
      boolean colon = (i % 3) == 2;
      int digit = Character.digit(text.charAt(i), 16);
      if (colon ? text.charAt(i) != ':' : digit < 0 || text.charAt(i) > 'f') {
        throw new IllegalArgumentException("expected an Ethernet address like 02:00:5e:10:00:01");
      }
      bits = colon ? bits : (bits << 4) | digit;
    }
    return new MacAddress(bits);
  }

  public byte[] toBytes() {
    byte[] bytes = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      bytes[i] = (byte) (bits >>> (8 * (LENGTH - 1 - i)));
    }
    return bytes;
  }

  // Written out, because what a record generates is costly in a cold JVM.

  @Override
  public boolean equals(Object other) {
    return other instanceof MacAddress(long otherBits) && otherBits == bits;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(bits);
  }

  /// Lower case with colons, as ip(8) prints it.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(3 * LENGTH - 1);
    for (int shift = 44; shift >= 0; shift -= 4) {
      text.append(DIGITS.charAt((int) ((bits >>> shift) & 0xf)));
      if (shift % 8 == 0 && shift > 0) {
        text.append(':');
      }
    }
    return text.toString();
  }
}
