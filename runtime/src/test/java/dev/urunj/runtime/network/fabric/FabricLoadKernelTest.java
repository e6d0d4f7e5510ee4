package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.bpf.LoadedObject;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.process.SideThreads;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@Needs(root = true)
class FabricLoadKernelTest {
  private static final Duration MOMENT = Duration.ofSeconds(10);

  private final SideThreads threads = new SideThreads(2);

  @Test
  void theTakerHasThemAndTheLoadForgetsThem() throws Exception {
    FabricLoad load = FabricLoad.begin(threads);
    try (LoadedObject programs = load.take()) {
      load.close();
      assertThat(programs()).isEqualTo(3);
      assertThat(programs.program(FabricPrograms.FROM_LO).name()).isEqualTo("from_lo");
    }
    assertThatThrownBy(load::take).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsNotTakenLeavesTheKernel() throws Exception {
    FabricLoad load = FabricLoad.begin(threads);
    await(1);
    load.close();
    assertThat(programs()).isZero();
  }

  @Test
  void closedBeforeTheyAreLoadedTheyGoAsSoonAsTheyAre() throws Exception {
    FabricLoad load = FabricLoad.begin(threads);
    load.close();
    assertThatThrownBy(load::take).isInstanceOf(IllegalStateException.class);
    await(0);
  }

  @Test
  void withoutAFreeThreadTheTakerLoadsThem() throws Exception {
    try (FabricLoad load = FabricLoad.begin(new SideThreads(0));
        LoadedObject programs = load.take()) {
      assertThat(programs.program(FabricPrograms.FROM_LO).name()).isEqualTo("from_lo");
    }
  }

  @Test
  void whenAskedEachTakeLoadsAnew() throws Exception {
    try (FabricLoad load = FabricLoad.whenAsked();
        LoadedObject one = load.take();
        LoadedObject other = load.take()) {
      assertThat(idOf(one)).isNotEqualTo(idOf(other));
    }
  }

  private static int idOf(LoadedObject programs) throws ErrnoException {
    return programs.program(FabricPrograms.FROM_NET).identity().id();
  }

  /// How many programs this process holds.
  private static int programs() throws IOException {
    int count = 0;
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        count += isProgram(descriptor) ? 1 : 0;
      }
    }
    return count;
  }

  private static boolean isProgram(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains("bpf-prog");
    } catch (NoSuchFileException _) {
      return false; // the directory's own
    }
  }

  /// Waits until all three are loaded, or none.
  private static void await(int times) throws Exception {
    long end = System.nanoTime() + MOMENT.toNanos();
    while (programs() != 3 * times) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }
}
