package dev.urunj.linux.syscall;

/// What the C library exports by name, dlsym(3).
public final class Symbols {
  private Symbols() {}

  /// The address of a function or variable.
  ///
  /// @throws UnsatisfiedLinkError when this C library has none of that name
  public static long find(String name) {
    NativeBuffer text = NativeBuffer.ofString(name);
    long address = Libc.addressOf(text.address());
    Libc.keep(text);
    if (address == 0) {
      throw new UnsatisfiedLinkError("the C library has no " + name);
    }
    return address;
  }
}
