package dev.urunj.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.BootProtocol;
import dev.urunj.runtime.guest.Confinement;
import dev.urunj.runtime.guest.Guest;
import dev.urunj.runtime.guest.GuestInput;
import dev.urunj.runtime.guest.MachineTraits;
import dev.urunj.runtime.guest.MountFiles;
import dev.urunj.runtime.guest.NetworkDevice;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.guest.ToyGuest;
import dev.urunj.runtime.guest.Workload;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.AcceleratorWish;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.ControlChannel;
import dev.urunj.runtime.monitor.Launch;
import dev.urunj.runtime.monitor.LaunchFile;
import dev.urunj.runtime.monitor.LaunchScript;
import dev.urunj.runtime.monitor.Monitor;
import dev.urunj.runtime.monitor.MonitorDevice;
import dev.urunj.runtime.monitor.MonitorProcess;
import dev.urunj.runtime.monitor.MonitorSearch;
import dev.urunj.runtime.monitor.MonitorSettings;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.monitor.Scratch;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.monitor.solo5.SampleKernel;
import dev.urunj.runtime.monitor.toy.Toy;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What every monitor and every guest must do. A new one runs through it once it is registered.
class RegistryContractTest {
  private static final Path PROGRAM = Path.of("/usr/bin/env");
  private static final MonitorDevice TUN = new MonitorDevice("/dev/net/tun", 10, 200);
  private static final String TOY = "firecracker";
  private static final String TOY_GUEST = "freebsd";

  private static final Scratch READ_ONLY_NODE =
      () -> {
        throw new IOException("this node has no place for files");
      };

  @TempDir Path directory;
  @TempDir Path kernels;

  private static boolean boots(Arguments pair) {
    Object[] of = pair.get();
    try {
      return boots((String) of[0], (String) of[1], (Architecture) of[2]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean boots(String guest, String monitor, Architecture architecture)
      throws IOException {
    return BootProtocol.meet(
        monitor(monitor).traits(architecture).protocols(), guest(guest).protocols());
  }

  /// Those of this version, and the toy of docs/adding-a-monitor.md.
  static List<String> monitors() {
    List<String> all = new ArrayList<>(Registry.monitors());
    all.add(TOY);
    return all;
  }

  static List<String> guests() {
    List<String> all = new ArrayList<>(Registry.guests());
    all.add(TOY_GUEST);
    return all;
  }

  private static Monitor monitor(String name) throws IOException {
    return name.equals(TOY) ? new Toy() : Registry.monitor(name);
  }

  private static Guest guest(String name) throws IOException {
    return name.equals(TOY_GUEST) ? new ToyGuest() : Registry.guest(name);
  }

  static Stream<Arguments> machines() {
    return monitors().stream()
        .flatMap(
            monitor -> Stream.of(Architecture.values()).map(each -> Arguments.of(monitor, each)));
  }

  static Stream<Arguments> pairs() {
    return guests().stream()
        .flatMap(guest ->
            machines()
                .map(machine -> {
                  Object[] of = machine.get();
                  return Arguments.of(guest, of[0], of[1]);
                })
                .filter(RegistryContractTest::boots));
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
    MachineTraits traits = monitor(name).traits(architecture);
    assertThat(traits.architecture()).isEqualTo(architecture);
    assertThat(traits.console()).matches("[a-z][a-zA-Z]*[0-9]");
    assertThat(traits.exitPort()).isBetween(0, 0xffff);
  }

  @ParameterizedTest
  @MethodSource("guests")
  void aGuestBootsOnSomeMachine(String name) throws IOException {
    boolean boots = false;
    for (String each : monitors()) {
      for (Architecture architecture : Architecture.values()) {
        boots |= boots(name, each, architecture);
      }
    }
    assertThat(boots).isTrue();
  }

  @ParameterizedTest
  @MethodSource("monitors")
  void theConfiguredProgramIsTakenAndItsRootHasWhatItsCommandNeeds(String name) throws IOException {
    Requirements needs = needs(name, PROGRAM, monitor(name).accelerators().getFirst().word());
    assertThat(needs.binary()).isEqualTo(PROGRAM.toString());
    assertThat(needs.files())
        .extracting(file -> file.path())
        .contains(needs.argv().getFirst(), needs.binary());
    assertThat(needs.argv().getFirst()).isIn(LaunchScript.ARGV.getFirst(), needs.binary());
    assertThatThrownBy(() -> needs(name, Path.of("none"), "auto"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
  }

  @ParameterizedTest
  @MethodSource("monitors")
  void anAcceleratorThatIsNamedIsNotProbed(String name) throws IOException {
    for (Accelerator each : monitor(name).accelerators()) {
      Requirements needs = needs(name, PROGRAM, each.word());
      assertThat(needs.accelerator()).isEqualTo(each);
      for (MonitorDevice device : needs.devices()) {
        assertThat(device.path()).startsWith("/dev/");
        assertThat(device.major()).isPositive();
      }
    }
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("monitors")
  void anAcceleratorThatItDoesNotHaveIsRefusedInOneLine(String name) throws IOException {
    for (Accelerator each : Accelerator.values()) {
      if (!monitor(name).accelerators().contains(each)) {
        assertThatThrownBy(() -> needs(name, PROGRAM, each.word()))
            .isInstanceOf(IOException.class)
            .message()
            .contains(name, each.word())
            .doesNotContain("\n");
      }
    }
  }

  /// The monitor runs without a capability, so the device is all that stands between it and a TAP.
  @ParameterizedTest
  @MethodSource("monitors")
  void aMonitorThatOpensItsTapByItsNameHasTheDeviceForIt(String name) throws IOException {
    for (Accelerator each : monitor(name).accelerators()) {
      Requirements needs = needs(name, PROGRAM, each.word());
      assertThat(needs.devices().contains(TUN)).isEqualTo(needs.tap() == TapAccess.NAME);
    }
  }

  @ParameterizedTest
  @MethodSource("monitors")
  void moreProcessorsAndLargerKernelsNeverNeedLess(String name) throws IOException {
    Monitor monitor = monitor(name);
    for (Accelerator each : monitor.accelerators()) {
      int small = monitor.overheadMib(each, 1, 1 << 20);
      assertThat(small).isPositive();
      assertThat(monitor.overheadMib(each, 8, 1 << 20)).isGreaterThanOrEqualTo(small);
      assertThat(monitor.overheadMib(each, 1, 1L << 30)).isGreaterThanOrEqualTo(small);
      assertThat(monitor.overheadMib(each, 1, Long.MAX_VALUE >> 1)).isBetween(small, 1 << 20);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aPlannedGuestBecomesALaunchOfTheProgram(String guest, String name, Architecture architecture)
      throws IOException {
    Monitor monitor = monitor(name);
    BootPlan plan = plan(guest, monitor.traits(architecture));
    for (Accelerator each : monitor.accelerators()) {
      Requirements needs = needs(name, PROGRAM, each.word());
      MonitorSettings settings = settings(needs, architecture);
      Launch launch = monitor.launch(plan, settings);
      assertThat(launch.argv().getFirst()).isEqualTo(needs.binary());
      String line = plan.commandLine();
      String inJson = line.replace("\\", "\\\\").replace("\"", "\\\"");
      assertThat(said(launch)).contains("/guest/kernel").containsAnyOf(line, inJson);
      assertThat(said(launch).contains(settings.tap())).isEqualTo(needs.tap() == TapAccess.NAME);
      assertThat(said(monitor.launch(plan, settings))).isEqualTo(said(launch));
      assertThat(launch.files()).extracting(LaunchFile::name).doesNotHaveDuplicates();
      if (!needs.argv().equals(LaunchScript.ARGV)) {
        assertThat(launch.argv()).isEqualTo(needs.argv());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void moreInterfacesThanAMachineHasAreRefusedInOneLine(
      String guest, String name, Architecture architecture) throws IOException {
    Monitor monitor = monitor(name);
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
    Requirements needs = needs(name, PROGRAM, monitor.accelerators().getLast().word());
    assertThatThrownBy(() -> monitor.launch(crowded, settings(needs, architecture)))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(name)
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @MethodSource("monitors")
  void aMonitorThatEndsAtOnceIsAnErrorAndTheChannelIsClosed(String name) throws IOException {
    EndedProcess process = new EndedProcess();
    assertThatThrownBy(
            () -> {
              try (Control control =
                  monitor(name).control(process, Deadline.byTheKernel(Duration.ZERO))) {
                control.awaitRunning();
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(process.isClosed()).isTrue();
    boolean speaks = process.channel != null;
    assertThat(speaks).isEqualTo(needs(name, PROGRAM, firstOf(name)).hasControlSocket());
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
        new GuestInput(Path.of("/kernel"), "", initrd, workload, null, MountFiles.NONE, 128, 1);
    return guest(guest).plan(input, machine);
  }

  private Requirements needs(String name, Path program, String accelerator) throws IOException {
    ProbeResults known = new ProbeResults(directory.resolve("probes"));
    return monitor(name)
        .requirements(
            new MonitorSearch(program, null, ""),
            new AcceleratorWish(accelerator, known, READ_ONLY_NODE),
            SampleKernel.of(monitor(name).traits(Architecture.X86_64)).write(kernels.resolve("k")));
  }

  private static String firstOf(String name) throws IOException {
    return monitor(name).accelerators().getFirst().word();
  }

  private static MonitorSettings settings(Requirements needs, Architecture architecture) {
    return new MonitorSettings(
        needs.binary(),
        needs.own(),
        "/guest/kernel",
        "/proc/self/fd/6",
        LaunchFile.DIRECTORY,
        needs.accelerator(),
        architecture,
        true,
        "",
        "tap7_urunc");
  }

  /// All that a monitor gets to read.
  private static String said(Launch launch) {
    StringBuilder said = new StringBuilder(String.join("\n", launch.argv()));
    for (LaunchFile file : launch.files()) {
      said.append('\n').append(file.name()).append(' ').append(file.mode()).append('\n');
      said.append(new String(file.bytes(), StandardCharsets.ISO_8859_1));
    }
    return said.toString();
  }

  /// One that has ended.
  private static final class EndedProcess implements MonitorProcess {
    private @Nullable EndedChannel channel;

    @Override
    public ControlChannel channel() {
      channel = new EndedChannel();
      return channel;
    }

    @Override
    public void awaitExecuted(Deadline deadline) throws IOException {
      throw new IOException("the process has ended");
    }

    @Override
    public void signal(int number) {}

    @Override
    public boolean hears(int number) {
      return true;
    }

    boolean isClosed() {
      return channel == null || channel.closed;
    }
  }

  /// To a monitor that has ended.
  private static final class EndedChannel implements ControlChannel {
    private boolean closed;

    @Override
    public int read(byte[] into, Deadline deadline) {
      return -1;
    }

    @Override
    public void write(byte[] bytes, Deadline deadline) throws IOException {
      throw new IOException("the peer has gone");
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
