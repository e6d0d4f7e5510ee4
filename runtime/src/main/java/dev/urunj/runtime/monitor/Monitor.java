package dev.urunj.runtime.monitor;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.MachineTraits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A kind of virtual machine monitor: everything that is special about it. What uses monitors asks
/// none of them for its name.
///
/// Each has a folder of its own, with files of the same names as its siblings': `X` (this
/// interface), `XFiles`, `XControl`, `XProbe`. docs/adding-a-monitor.md leads you through it.
public interface Monitor {
  /// The ways in which it can execute a guest's instructions; the first is the best.
  List<Accelerator> accelerators();

  /// What it needs, as things are on this machine.
  ///
  /// @param wish with `auto` the monitor tries, once in a boot, whether a guest really runs with
  ///   the processor's help
  /// @param kernel the guest's, on the node, for a monitor that reads in it what devices it has; it
  ///   comes with the image and is not trusted
  /// @throws IOException when its program is not found, it lacks the accelerator, or the kernel is
  ///   none for it
  Requirements requirements(MonitorSearch search, AcceleratorWish wish, Path kernel)
      throws IOException;

  /// The machine that it makes for a processor.
  MachineTraits traits(Architecture architecture);

  /// What boots the plan with the inherited [MonitorDescriptors]. Changes nothing.
  ///
  /// @throws IllegalArgumentException for a plan this monitor cannot boot; the message is one line
  /// @throws IOException when a file that comes with urunj cannot be read
  Launch launch(BootPlan plan, MonitorSettings settings) throws IOException;

  /// Opens a conversation, as soon as the monitor answers. On failure nothing of it stays open.
  ///
  /// @param process outlives the conversation
  /// @param deadline of everything done with it
  Control control(MonitorProcess process, Deadline deadline) throws IOException;

  /// Memory in MiB the monitor takes beyond the guest's, to be added to the container's limit.
  ///
  /// @param kernelBytes size of the kernel, which the monitor holds in its own memory
  int overheadMib(Accelerator accelerator, int vcpus, long kernelBytes);
}
