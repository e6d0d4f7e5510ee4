package dev.urunj.runtime.monitor.solo5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.NetworkDevice;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.monitor.AcceleratorWish;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.ControlChannel;
import dev.urunj.runtime.monitor.LaunchFile;
import dev.urunj.runtime.monitor.MonitorDevice;
import dev.urunj.runtime.monitor.MonitorProcess;
import dev.urunj.runtime.monitor.MonitorSearch;
import dev.urunj.runtime.monitor.MonitorSettings;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Solo5Test {
  private static final Path PROGRAM = Path.of("/usr/bin/env");
  private static final MonitorDevice KVM = new MonitorDevice("/dev/kvm", 10, 232);
  private static final MonitorDevice TUN = new MonitorDevice("/dev/net/tun", 10, 200);

  private static final Deadline NOW = Deadline.byTheKernel(Duration.ZERO);

  @TempDir Path directory;

  private Requirements needs(Solo5 tender, SampleKernel kernel, String accelerator)
      throws IOException {
    return tender.requirements(
        new MonitorSearch(PROGRAM, null, ""),
        new AcceleratorWish(
            accelerator, new ProbeResults(directory.resolve("probes")), () -> directory),
        kernel.write(directory.resolve("kernel")));
  }

  private static BootPlan plan(List<NetworkDevice> networks, String line) {
    return new BootPlan(
        Path.of("/k"), null, List.of(), line, 64, 1, networks, 0, StandardInput.CONSOLE, List.of());
  }

  private static List<String> argv(Solo5 tender, Requirements needs, BootPlan plan) {
    return tender
        .launch(
            plan,
            new MonitorSettings(
                needs.binary(),
                needs.own(),
                "/guest/kernel",
                "",
                LaunchFile.DIRECTORY,
                needs.accelerator(),
                Architecture.X86_64,
                true,
                "",
                "tap0_urunc"))
        .argv();
  }

  @Test
  void hvtNeedsKvmAndSptNothing() throws Exception {
    assertThat(needs(Solo5.hvt(), new SampleKernel(1), "kvm").devices()).containsExactly(KVM);
    Requirements spt = needs(Solo5.spt(), new SampleKernel(2), "auto");
    assertThat(spt.devices()).isEmpty();
    assertThat(spt.tap()).isEqualTo(TapAccess.NONE);
    assertThat(spt.hasOwnFilter()).isTrue();
  }

  @Test
  void theTapGoesToTheDeviceThatTheKernelNames() throws Exception {
    Requirements needs = needs(Solo5.hvt(), new SampleKernel(1).network("service"), "kvm");
    assertThat(needs.devices()).containsExactly(KVM, TUN);
    assertThat(needs.tap()).isEqualTo(TapAccess.NAME);
    BootPlan plan = plan(List.of(new NetworkDevice("02:00:00:00:00:01", 1400)), "--a \"b c\"");
    assertThat(argv(Solo5.hvt(), needs, plan))
        .containsExactly(
            PROGRAM.toString(),
            "--mem=64",
            "--net:service=tap0_urunc",
            "--net-mac:service=02:00:00:00:00:01",
            "--",
            "/guest/kernel",
            "--a \"b c\"");
  }

  /// A tender refuses a kernel with a device that is not attached, also in a pod without network.
  @Test
  void aDeviceIsAttachedWithoutAnAddressToo() throws Exception {
    Requirements needs = needs(Solo5.spt(), new SampleKernel(2).network("service"), "auto");
    assertThat(argv(Solo5.spt(), needs, plan(List.of(), "")))
        .containsExactly(
            PROGRAM.toString(), "--mem=64", "--net:service=tap0_urunc", "--", "/guest/kernel");
  }

  @Test
  void whatATenderWouldRefuseAtStartIsRefusedAtCreate() {
    assertThatThrownBy(() -> needs(Solo5.hvt(), new SampleKernel(2), "kvm"))
        .hasMessageEndingWith("is not for the tender hvt; expected one that was built for it");
    SampleKernel two = new SampleKernel(2).network("one").network("two");
    assertThatThrownBy(() -> needs(Solo5.spt(), two, "auto"))
        .hasMessageContaining("has the network devices one, two; expected at most one");
    assertThatThrownBy(() -> needs(Solo5.spt(), new SampleKernel(2).block("storage"), "auto"))
        .hasMessageContaining("has the block devices storage; expected none");
  }

  @Test
  void aTenderThatCannotHearTheRequestIsKilled() throws Exception {
    Tendered deaf = new Tendered(false);
    try (Control control = Solo5.spt().control(deaf, NOW)) {
      control.askToStop();
    }
    assertThat(deaf.signals).containsExactly(9);
    Tendered hearing = new Tendered(true);
    try (Control control = Solo5.hvt().control(hearing, NOW)) {
      control.askToStop();
    }
    assertThat(hearing.signals).containsExactly(15);
  }

  /// A tender with a handler for SIGTERM, or without.
  private static final class Tendered implements MonitorProcess {
    private final List<Integer> signals = new ArrayList<>();
    private final boolean hears;

    Tendered(boolean hears) {
      this.hears = hears;
    }

    @Override
    public ControlChannel channel() throws IOException {
      throw new IOException("a tender has none");
    }

    @Override
    public void awaitExecuted(Deadline deadline) {}

    @Override
    public void signal(int number) {
      signals.add(number);
    }

    @Override
    public boolean hears(int number) {
      return hears;
    }
  }
}
