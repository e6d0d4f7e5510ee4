package dev.urunj.runtime.monitor;

import dev.urunj.runtime.guest.BootPlan;

/// A kind of virtual machine monitor. Pure: a plan in, an argument vector out.
public sealed interface Monitor permits Qemu {
  /// The command that boots the plan with the inherited [MonitorDescriptors].
  ///
  /// @throws IllegalArgumentException for a plan this monitor cannot boot; the message is one line
  MonitorCommand command(BootPlan plan, MonitorSettings settings);

  /// Memory in MiB the monitor takes beyond the guest's, to be added to the container's limit.
  ///
  /// @param kernelBytes size of the kernel, which the monitor holds in its own memory
  int overheadMib(Accelerator accelerator, int vcpus, long kernelBytes);
}
