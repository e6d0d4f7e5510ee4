package dev.urunj.runtime.monitor.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.NetworkDevice;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.MonitorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class QemuTest {
  private static final NetworkDevice DEVICE = new NetworkDevice("02:00:00:00:00:01", 1400);

  private static List<String> argv(
      List<NetworkDevice> devices, Accelerator accelerator, Architecture architecture) {
    BootPlan plan =
        new BootPlan(
            Path.of("/k"),
            Path.of("/i"),
            List.of(),
            "a=b, c",
            128,
            2,
            devices,
            1281,
            StandardInput.CONSOLE,
            List.of());
    MonitorSettings settings =
        new MonitorSettings(
            "/usr/bin/qemu",
            own("/usr/share/qemu"),
            "/kernel",
            "/proc/self/fd/6",
            "/files",
            accelerator,
            architecture,
            true,
            "",
            "tap0_urunc");
    try {
      return new Qemu().launch(plan, settings).argv();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject own(String directory) {
    JsonArray directories = new JsonArray();
    directories.add(directory);
    JsonObject own = new JsonObject();
    own.add("dataDirectories", directories);
    return own;
  }

  @Test
  void valuesThatAreNoListsStayWhole() {
    assertThat(argv(List.of(), Accelerator.KVM, Architecture.X86_64))
        .containsSequence("-kernel", "/kernel", "-initrd", "/proc/self/fd/6", "-append", "a=b, c")
        .containsSequence("-m", "size=128M", "-smp", "2")
        .containsSequence("-accel", "kvm", "-cpu", "host")
        .doesNotContain("-netdev");
  }

  @Test
  void networkIsTheInheritedTap() {
    assertThat(argv(List.of(DEVICE), Accelerator.TCG, Architecture.X86_64))
        .containsSequence("-netdev", "tap,id=net0,fd=3")
        .contains("virtio-net-pci,netdev=net0,mac=02:00:00:00:00:01,host_mtu=1400,romfile=")
        .containsSequence("-accel", "tcg,tb-size=64", "-cpu", "max");
  }

  @Test
  void resetIsAFailureWhereTheGuestHasAnExitPort() {
    assertThat(argv(List.of(), Accelerator.TCG, Architecture.X86_64))
        .containsSequence(
            "-device", "isa-debug-exit,iobase=1281,iosize=2", "-option-rom", "/files/reset-rom")
        .doesNotContain("-no-reboot");
  }

  @Test
  void arm64HasNoExitPort() {
    assertThat(argv(List.of(DEVICE), Accelerator.KVM, Architecture.AARCH64))
        .contains("-no-reboot")
        .noneMatch(word -> word.contains("isa-debug-exit"))
        .anyMatch(word -> word.startsWith("virt,"));
  }

  @Test
  void commasInValuesAreDoubled() {
    assertThat(Qemu.value("a,b,,")).isEqualTo("a,,b,,,,");
  }

  @Test
  void secondInterfaceIsRefused() {
    assertThatThrownBy(() -> argv(List.of(DEVICE, DEVICE), Accelerator.TCG, Architecture.X86_64))
        .hasMessage("qemu: 2 network interfaces; expected at most 1");
  }

  @Test
  void overheadGrowsWithProcessorsAndABigKernel() {
    Qemu qemu = new Qemu();
    assertThat(qemu.overheadMib(Accelerator.KVM, 1, 14 << 20)).isEqualTo(64);
    assertThat(qemu.overheadMib(Accelerator.TCG, 1, 14 << 20)).isEqualTo(128);
    assertThat(qemu.overheadMib(Accelerator.TCG, 3, 50 << 20)).isEqualTo(128 + 8 + 34);
  }
}
