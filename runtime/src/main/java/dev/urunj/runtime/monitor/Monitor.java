package dev.urunj.runtime.monitor;

import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.MachineTraits;
import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A kind of virtual machine monitor: everything that is special about it. What uses monitors asks
/// none of them for its name.
///
/// Each has a folder of its own, with files of the same names as its siblings': `X` (this
/// interface), `XFiles`, `XControl`, `XProbe`.
public interface Monitor {
  /// The program and the files that it needs in its root, as they are on this machine.
  ///
  /// @throws IOException when the program is not found
  MonitorFiles files(MonitorSearch search) throws IOException;

  /// How it is to execute the guest's instructions.
  ///
  /// @param wanted `auto`, `kvm` or `tcg`; with `auto` the monitor tries, once in a boot, whether a
  ///   guest really runs with the processor's help
  /// @param program absolute path of the monitor on the node
  /// @param known what earlier probes have found
  /// @param scratch asked only when the monitor tries
  Accelerator accelerator(String wanted, Path program, ProbeResults known, Scratch scratch)
      throws IOException;

  /// The devices that it opens with an accelerator.
  List<MonitorDevice> devices(Accelerator accelerator);

  /// The machine that it makes for a processor.
  MachineTraits traits(Architecture architecture);

  /// The command that boots the plan with the inherited [MonitorDescriptors]. Pure.
  ///
  /// @throws IllegalArgumentException for a plan this monitor cannot boot; the message is one line
  MonitorCommand command(BootPlan plan, MonitorSettings settings);

  /// Opens a conversation, as soon as the monitor answers. On failure the channel is closed.
  ///
  /// @param channel to the control socket; becomes the conversation's own
  /// @param deadlineNanos of everything done with it, a value of `System.nanoTime()`
  Control control(ControlChannel channel, long deadlineNanos) throws IOException;

  /// Memory in MiB the monitor takes beyond the guest's, to be added to the container's limit.
  ///
  /// @param kernelBytes size of the kernel, which the monitor holds in its own memory
  int overheadMib(Accelerator accelerator, int vcpus, long kernelBytes);
}
