package dev.urunj.runtime.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.CopyProgress;
import dev.urunj.runtime.guest.GuestInput;
import dev.urunj.runtime.guest.Initrd;
import dev.urunj.runtime.guest.InitrdFile;
import dev.urunj.runtime.guest.LinuxGuest;
import dev.urunj.runtime.monitor.qemu.Qemu;
import dev.urunj.runtime.monitor.qemu.Qmp;
import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A guest that runs under a real QEMU in a network namespace of its own, with the descriptors that
/// the runtime gives a monitor. Closing it ends the process it started, and with it the namespace.
final class Machine implements AutoCloseable {
  private static final Architecture HERE = Architecture.of(System.getProperty("os.arch"));

  private final Path directory;
  private final Process process;

  private Machine(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /// Packs the image with images/linux-web/build.sh.
  static Path image(Path directory) throws Exception {
    Path script = Path.of("../images/linux-web/build.sh").toAbsolutePath().normalize();
    Process build = new ProcessBuilder(script.toString(), directory.toString()).inheritIO().start();
    assertThat(build.waitFor()).as("build.sh").isZero();
    return directory.resolve("rootfs/unikernel");
  }

  static Machine start(Path directory, GuestInput input) throws Exception {
    return start(directory, new LinuxGuest().plan(input, new Qemu().traits(HERE)));
  }

  /// With other words for the kernel before those of the plan.
  static Machine start(Path directory, GuestInput input, String words) throws Exception {
    BootPlan plan = new LinuxGuest().plan(input, new Qemu().traits(HERE));
    return start(
        directory,
        new BootPlan(
            plan.kernel(),
            plan.imageInitrd(),
            plan.files(),
            words + " " + plan.commandLine(),
            plan.memoryMib(),
            plan.vcpus(),
            plan.networks(),
            plan.exitPort(),
            plan.input(),
            plan.notes()));
  }

  private static Machine start(Path directory, BootPlan plan) throws Exception {
    Path file = Files.createFile(directory.resolve("initrd"));
    try (Fd fd = OpenFile.readWrite(file)) {
      InitrdFile out = new InitrdFile(fd);
      Initrd initrd = new Initrd(out, plan.imageInitrd(), plan.fileLimitBytes());
      assertThat(initrd.copy(plan.files(), new CopyProgress())).isEmpty();
      initrd.add(plan.files());
      out.finish();
    }
    Requirements needs =
        new Qemu()
            .requirements(
                new MonitorSearch(null, null, System.getenv("PATH")),
                new AcceleratorWish(
                    "tcg", new ProbeResults(directory.resolve("probes")), () -> directory),
                plan.kernel());
    MonitorSettings settings =
        new MonitorSettings(
            needs.binary(),
            needs.own(),
            plan.kernel().toString(),
            "/proc/self/fd/" + MonitorDescriptors.INITRD,
            directory.toString(),
            Accelerator.TCG,
            HERE,
            true,
            "",
            "");
    Launch launch = new Qemu().launch(plan, settings);
    for (LaunchFile each : launch.files()) {
      Files.write(directory.resolve(each.name()), each.bytes());
    }
    Files.write(directory.resolve("launch"), LaunchScript.text(launch));
    Path launcher = directory.resolve("launch.pl");
    try (InputStream in = Machine.class.getResourceAsStream("launch.pl")) {
      Files.write(launcher, java.util.Objects.requireNonNull(in).readAllBytes());
    }
    Process process =
        new ProcessBuilder("unshare", "-n", "perl", launcher.toString(), directory.toString())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(directory.resolve("console").toFile())
            .start();
    return new Machine(directory, process);
  }

  String console() throws IOException {
    return text("console") + text("errors");
  }

  private String text(String name) throws IOException {
    Path file = directory.resolve(name);
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }

  /// The monitor's exit status.
  int status() throws Exception {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("%s", console()).isTrue();
    return process.exitValue();
  }

  /// What a program prints that runs in the guest's network namespace; empty if it fails.
  String outside(String... command) throws Exception {
    List<String> all =
        new ArrayList<>(List.of("nsenter", "-t", Long.toString(process.pid()), "-n"));
    all.addAll(List.of(command));
    Process program =
        new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String text = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return program.waitFor() == 0 ? text : "";
  }

  void await(String what, BooleanSupplier done) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new AssertionError("no " + what + ": " + console());
      }
      Thread.sleep(20);
    }
  }

  Qmp control() throws IOException {
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(UnixDomainSocketAddress.of(directory.resolve("qmp")));
    return Qmp.connect(new SocketQmp(socket), Deadline.byTheKernel(Duration.ofSeconds(5)));
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /// Blocks without regard to the deadline: QEMU answers or ends.
  private record SocketQmp(SocketChannel socket) implements ControlChannel {
    @Override
    public int read(byte[] into, Deadline deadline) throws IOException {
      return socket.read(ByteBuffer.wrap(into));
    }

    @Override
    public void write(byte[] bytes, Deadline deadline) throws IOException {
      socket.write(ByteBuffer.wrap(bytes));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
