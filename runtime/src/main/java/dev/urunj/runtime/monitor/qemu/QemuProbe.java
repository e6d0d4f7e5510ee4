package dev.urunj.runtime.monitor.qemu;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.ExitStatus;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.linux.process.Spawn;
import dev.urunj.runtime.monitor.MonitorDevice;
import dev.urunj.runtime.monitor.Scratch;
import dev.urunj.runtime.payload.Payload;
import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Whether KVM runs guests here.
///
/// That `/dev/kvm` opens says little: under some nested hypervisors it opens and executes a guest
/// one emulated instruction at a time, under others the first model-specific register stops it. So
/// a guest is run: it enters long mode with paging, counts for what is 20 ms on hardware, and
/// reports by the exit code of QEMU. One that takes longer than [#LIMIT] does not count as an
/// accelerator.
final class QemuProbe {
  private static final String KVM = "kvm";
  private static final String NAME = "kvm";
  private static final String RUNS = "runs guests";
  private static final Path DEVICE = Path.of(MonitorDevice.KVM.path());
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int SEEN_RUNNING =
      (0x21 << 1) | 1; // isa-debug-exit of what the guest writes

  private static final int KERNEL_DESCRIPTOR = 3;

  /// An answer holds for all callers, so it does not depend on the environment of the first.
  private static final Environment ENVIRONMENT =
      Environment.of(List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"));

  private final ProbeResults results;
  private final Scratch scratch;

  /// A probe that keeps its answer.
  ///
  /// @param scratch for a file without a name
  QemuProbe(ProbeResults results, Scratch scratch) {
    this.results = results;
    this.scratch = scratch;
  }

  /// Whether KVM runs guests here, asked once in a boot.
  ///
  /// @param qemu absolute path of the program that would run the guest
  /// @return whether a guest was seen to run with KVM in this boot
  boolean runsGuests(Path qemu) throws IOException {
    if (!Files.exists(DEVICE)) {
      return false;
    }
    String known = results.recall(NAME, qemu);
    if (known != null) {
      return known.equals(RUNS);
    }
    boolean runs = runsGuest(qemu, KVM, "host");
    results.keep(NAME, qemu, runs ? RUNS : "does not run guests");
    return runs;
  }

  /// Whether QEMU runs the probe's guest to its end in time, with any of its accelerators. The
  /// guest's kernel is a file without a name, which a killed probe cannot leave behind.
  boolean runsGuest(Path qemu, String accelerator, String processor) throws IOException {
    byte[] image = Payload.ACCELERATOR_PROBE.find();
    if (image == null) {
      return false; // built for an architecture without a probe: KVM has to be asked for there
    }
    try (Fd guest = OpenFile.unnamed(scratch.scratch())) {
      FileIo.writeFully(guest, image);
      return exitCode(qemu, accelerator, processor, guest) == SEEN_RUNNING;
    }
  }

  private static int exitCode(Path qemu, String accelerator, String processor, Fd guest)
      throws IOException {
    List<String> argv =
        List.of(
            qemu.toString(),
            "-accel",
            accelerator,
            "-cpu",
            processor,
            "-m",
            "16",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-no-reboot",
            "-device",
            "isa-debug-exit,iobase=0xf4,iosize=1",
            "-kernel",
            "/proc/self/fd/" + KERNEL_DESCRIPTOR);
    ExitStatus status =
        new Spawn(argv, Inheritance.withoutStreams(ENVIRONMENT))
            .descriptor(KERNEL_DESCRIPTOR, guest)
            .runQuietly(LIMIT);
    return status.signal() == 0 ? status.code() : -1;
  }
}
