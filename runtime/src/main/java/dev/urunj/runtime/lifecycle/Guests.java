package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.Guest;
import dev.urunj.runtime.guest.LinuxGuest;
import dev.urunj.runtime.oci.BadInputException;

/// The guests that this version boots, by their names in the image contract.
final class Guests {
  private Guests() {}

  static Guest of(String name) throws BadInputException {
    if (name.equals("linux")) {
      return new LinuxGuest(Architecture.of(System.getProperty("os.arch")));
    }
    throw new BadInputException(
        "image",
        "com.urunc.unikernel.unikernelType",
        BadInputException.quote(name) + " is not supported yet",
        "linux");
  }
}
