package dev.urunj.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.Confinement;
import dev.urunj.runtime.guest.GuestInput;
import dev.urunj.runtime.guest.MachineTraits;
import dev.urunj.runtime.guest.MountFiles;
import dev.urunj.runtime.guest.NetworkDevice;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.guest.Workload;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.ControlChannel;
import dev.urunj.runtime.monitor.Monitor;
import dev.urunj.runtime.monitor.MonitorCommand;
import dev.urunj.runtime.monitor.MonitorDevice;
import dev.urunj.runtime.monitor.MonitorFiles;
import dev.urunj.runtime.monitor.MonitorSearch;
import dev.urunj.runtime.monitor.MonitorSettings;
import dev.urunj.runtime.monitor.Scratch;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What every monitor and every guest must do. A new one runs through it once it is registered.
class RegistryContractTest {
  private static final Path PROGRAM = Path.of("/usr/bin/env");

  private static final Scratch READ_ONLY_NODE =
      () -> {
        throw new IOException("this node has no place for files");
      };

  @TempDir Path directory;

  static List<String> monitors() {
    return Registry.monitors();
  }

  static Stream<Arguments> machines() {
    return Registry.monitors().stream()
        .flatMap(
            monitor -> Stream.of(Architecture.values()).map(each -> Arguments.of(monitor, each)));
  }

  static Stream<Arguments> pairs() {
    return Registry.guests().stream()
        .flatMap(guest ->
            machines()
                .map(machine -> {
                  Object[] of = machine.get();
                  return Arguments.of(guest, of[0], of[1]);
                }));
  }

  @Test
  void unknownNamesAreBadInputThatListsTheKnown() {
    assertThatThrownBy(() -> Registry.monitor("nothing"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(Registry.monitors().toArray(String[]::new));
    assertThatThrownBy(() -> Registry.guest("nothing"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(Registry.guests().toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("machines")
  void aMachineSaysItsProcessorAndHasAConsole(String name, Architecture architecture)
      throws IOException {
    MachineTraits traits = Registry.monitor(name).traits(architecture);
    assertThat(traits.architecture()).isEqualTo(architecture);
    assertThat(traits.console()).matches("[a-z][a-zA-Z]*[0-9]");
    assertThat(traits.exitPort()).isBetween(0, 0xffff);
  }

  @ParameterizedTest
  @MethodSource("monitors")
  void theConfiguredProgramIsTakenAndItsRootHasAShellForTheLaunchLine(String name)
      throws IOException {
    MonitorFiles files = Registry.monitor(name).files(new MonitorSearch(PROGRAM, null, ""));
    assertThat(files.binary()).isEqualTo(PROGRAM.toString());
    assertThat(files.files()).extracting(file -> file.path()).contains("/bin/sh", files.binary());
    assertThatThrownBy(
            () -> Registry.monitor(name).files(new MonitorSearch(Path.of("none"), null, "")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
  }

  @ParameterizedTest
  @MethodSource("monitors")
  void anAcceleratorThatIsNamedIsNotProbed(String name) throws IOException {
    Monitor monitor = Registry.monitor(name);
    ProbeResults known = new ProbeResults(directory.resolve("probes"));
    Path none = directory.resolve("there-is-no-such-program");
    for (Accelerator each : Accelerator.values()) {
      assertThat(monitor.accelerator(each.word(), none, known, READ_ONLY_NODE)).isEqualTo(each);
      for (MonitorDevice device : monitor.devices(each)) {
        assertThat(device.path()).startsWith("/dev/");
        assertThat(device.major()).isPositive();
      }
    }
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("monitors")
  void moreProcessorsAndLargerKernelsNeverNeedLess(String name) throws IOException {
    Monitor monitor = Registry.monitor(name);
    for (Accelerator each : Accelerator.values()) {
      int small = monitor.overheadMib(each, 1, 1 << 20);
      assertThat(small).isPositive();
      assertThat(monitor.overheadMib(each, 8, 1 << 20)).isGreaterThanOrEqualTo(small);
      assertThat(monitor.overheadMib(each, 1, 1L << 30)).isGreaterThanOrEqualTo(small);
      assertThat(monitor.overheadMib(each, 1, Long.MAX_VALUE >> 1)).isBetween(small, 1 << 20);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aPlannedGuestBecomesACommandOfTheProgram(
      String guest, String name, Architecture architecture) throws IOException {
    Monitor monitor = Registry.monitor(name);
    BootPlan plan = plan(guest, monitor.traits(architecture));
    for (Accelerator each : Accelerator.values()) {
      MonitorCommand command = monitor.command(plan, settings(each, architecture));
      assertThat(command.argv().getFirst()).isEqualTo("/usr/bin/monitor");
      assertThat(command.argv()).contains("/guest/kernel", plan.commandLine());
      assertThat(command).isEqualTo(monitor.command(plan, settings(each, architecture)));
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void moreInterfacesThanAMachineHasAreRefusedInOneLine(
      String guest, String name, Architecture architecture) throws IOException {
    Monitor monitor = Registry.monitor(name);
    BootPlan plan = plan(guest, monitor.traits(architecture));
    List<NetworkDevice> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(new NetworkDevice("02:00:00:00:00:" + (10 + i % 80), 1500));
    }
    BootPlan crowded =
        new BootPlan(
            plan.kernel(),
            plan.imageInitrd(),
            plan.files(),
            plan.commandLine(),
            plan.memoryMib(),
            plan.vcpus(),
            many,
            plan.exitPort(),
            plan.input(),
            plan.notes());
    assertThatThrownBy(() -> monitor.command(crowded, settings(Accelerator.TCG, architecture)))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(name)
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @MethodSource("monitors")
  void aMonitorThatEndsAtOnceIsAnErrorAndTheChannelIsClosed(String name) throws IOException {
    EndedChannel channel = new EndedChannel();
    assertThatThrownBy(
            () -> {
              try (Control control = Registry.monitor(name).control(channel, System.nanoTime())) {
                control.awaitRunning();
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(channel.closed).isTrue();
  }

  private BootPlan plan(String guest, MachineTraits machine) throws IOException {
    Workload workload =
        new Workload(
            List.of("/bin/program", "an argument"),
            List.of("A=1"),
            0,
            0,
            List.of(),
            "/",
            "guest",
            List.of(),
            false,
            false,
            StandardInput.NONE,
            Confinement.NONE);
    Path initrd = Files.write(directory.resolve("initrd"), new byte[4]);
    GuestInput input =
        new GuestInput(Path.of("/kernel"), initrd, workload, null, MountFiles.NONE, 128, 1);
    return Registry.guest(guest).plan(input, machine);
  }

  private static MonitorSettings settings(Accelerator accelerator, Architecture architecture) {
    return new MonitorSettings(
        "/usr/bin/monitor",
        List.of(),
        "/guest/kernel",
        "/proc/self/fd/6",
        "/reset-rom",
        accelerator,
        architecture,
        true,
        "");
  }

  /// To a monitor that has ended.
  private static final class EndedChannel implements ControlChannel {
    private boolean closed;

    @Override
    public int read(byte[] into, long deadlineNanos) {
      return -1;
    }

    @Override
    public void write(byte[] bytes, long deadlineNanos) throws IOException {
      throw new IOException("the peer has gone");
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
