package dev.urunj.runtime.config;

import dev.urunj.runtime.image.GuestMemory;
import dev.urunj.runtime.image.Overrides;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.util.OptionalLong;

/// What the guest gets of the node.
///
/// @param memoryMib MiB of 1048576 bytes
/// @param vcpus 1 to 256
public record ResourceSizing(int memoryMib, int vcpus) {
  private static final long KERNEL_PERIOD = 100_000; // µs; cpu.max, cgroup-v2 documentation

  /// Memory is `dev.urunj.memory`, else the specification's limit in whole MiB, rounded down (so
  /// the guest never has more than was granted), else the configuration's default. Virtual CPUs are
  /// `dev.urunj.vcpus`, else the specification's CPU quota in CPUs, rounded up and at most 256,
  /// else the configuration's default.
  ///
  /// @throws BadInputException when the specification's memory limit is none a guest can have
  public static ResourceSizing of(Spec spec, Overrides overrides, MonitorConfig monitor)
      throws IOException {
    return new ResourceSizing(memory(spec, overrides, monitor), vcpus(spec, overrides, monitor));
  }

  private static int memory(Spec spec, Overrides overrides, MonitorConfig monitor)
      throws IOException {
    if (overrides.memoryMib().isPresent()) {
      return overrides.memoryMib().getAsInt();
    }
    OptionalLong limit = spec.memoryLimit();
    if (limit.isEmpty()) {
      return monitor.memoryMib();
    }
    int mib = GuestMemory.wholeMib(limit.getAsLong());
    if (mib == 0) {
      throw new BadInputException(
          spec.file().toString(),
          "linux.resources.memory.limit",
          "a guest cannot have " + limit.getAsLong() + " bytes",
          GuestMemory.RANGE + ", or no limit");
    }
    return mib;
  }

  private static int vcpus(Spec spec, Overrides overrides, MonitorConfig monitor)
      throws IOException {
    if (overrides.vcpus().isPresent()) {
      return overrides.vcpus().getAsInt();
    }
    OptionalLong quota = spec.cpuQuota();
    if (quota.isEmpty()) {
      return monitor.vcpus();
    }
    long period = spec.cpuPeriod().orElse(KERNEL_PERIOD);
    long cpus = Math.ceilDiv(quota.getAsLong(), period);
    return (int) Math.min(cpus, Overrides.MOST_VCPUS);
  }
}
