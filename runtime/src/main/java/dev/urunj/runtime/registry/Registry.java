package dev.urunj.runtime.registry;

import dev.urunj.runtime.guest.Guest;
import dev.urunj.runtime.guest.HermitGuest;
import dev.urunj.runtime.guest.LinuxGuest;
import dev.urunj.runtime.guest.MewzGuest;
import dev.urunj.runtime.guest.MirageGuest;
import dev.urunj.runtime.guest.RumprunGuest;
import dev.urunj.runtime.guest.UnikraftGuest;
import dev.urunj.runtime.monitor.Monitor;
import dev.urunj.runtime.monitor.qemu.Qemu;
import dev.urunj.runtime.monitor.solo5.Solo5;
import dev.urunj.runtime.oci.BadInputException;
import java.util.List;

/// The monitors that this version runs and the guests that it boots, by their names in the image
/// contract. You register a new one here, and nowhere else.
public final class Registry {
  private static final String QEMU = "qemu";
  private static final String HVT = "hvt";
  private static final String SPT = "spt";
  private static final String LINUX = "linux";
  private static final String UNIKRAFT = "unikraft";
  private static final String MEWZ = "mewz";
  private static final String HERMIT = "hermit";
  private static final String MIRAGE = "mirage";
  private static final String RUMPRUN = "rumprun";

  private Registry() {}

  /// The names of all monitors.
  public static List<String> monitors() {
    return List.of(QEMU, HVT, SPT);
  }

  /// The names of all guests.
  public static List<String> guests() {
    return List.of(LINUX, UNIKRAFT, MEWZ, HERMIT, MIRAGE, RUMPRUN);
  }

  /// The monitor of that name.
  ///
  /// @throws BadInputException for a name that this version does not have
  public static Monitor monitor(String name) throws BadInputException {
    if (name.equals(QEMU)) {
      return new Qemu();
    }
    if (name.equals(HVT)) {
      return Solo5.hvt();
    }
    if (name.equals(SPT)) {
      return Solo5.spt();
    }
    throw new BadInputException(
        "image",
        "com.urunc.unikernel.hypervisor",
        BadInputException.quote(name) + " is not supported yet",
        String.join(", ", monitors()));
  }

  /// The guest of that name.
  ///
  /// @throws BadInputException for a name that this version does not have
  public static Guest guest(String name) throws BadInputException {
    if (name.equals(LINUX)) {
      return new LinuxGuest();
    }
    if (name.equals(UNIKRAFT)) {
      return new UnikraftGuest();
    }
    if (name.equals(MEWZ)) {
      return new MewzGuest();
    }
    if (name.equals(HERMIT)) {
      return new HermitGuest();
    }
    if (name.equals(MIRAGE)) {
      return new MirageGuest();
    }
    if (name.equals(RUMPRUN)) {
      return new RumprunGuest();
    }
    throw new BadInputException(
        "image",
        "com.urunc.unikernel.unikernelType",
        BadInputException.quote(name) + " is not supported yet",
        String.join(", ", guests()));
  }
}
