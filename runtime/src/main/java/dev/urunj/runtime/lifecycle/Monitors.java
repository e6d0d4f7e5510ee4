package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.monitor.Monitor;
import dev.urunj.runtime.monitor.Qemu;
import dev.urunj.runtime.oci.BadInputException;

/// The monitors that this version runs, by their names in the image contract.
final class Monitors {
  private Monitors() {}

  static Monitor of(String name) throws BadInputException {
    if (name.equals("qemu")) {
      return new Qemu();
    }
    throw new BadInputException(
        "image",
        "com.urunc.unikernel.hypervisor",
        BadInputException.quote(name) + " is not supported yet",
        "qemu");
  }
}
