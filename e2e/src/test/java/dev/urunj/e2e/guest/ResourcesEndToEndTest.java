package dev.urunj.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Urunj;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The specification's limits, as the kernel enforces them and as the guest sees them.
@EndToEnd
class ResourcesEndToEndTest {
  private static final Duration BOOT = Duration.ofSeconds(40);
  private static final long MIB = 1L << 20;
  private static final long PAGE = 4096;

  @Test
  void guestHasExactlyTheMemoryAndTheProcessorsOfTheSpecification() throws Exception {
    long limit = 100 * MIB + 5000; // in whole MiB: 100
    try (Node node = Node.start();
        Urunj urunj = Urunj.on(node)) {
      BundleBuilder bundle =
          BundleBuilder.linuxWeb(node.pod("sized", PodSpec.number(1)))
              .memory(limit)
              .cpu(150_000, 100_000)
              .args("/bin/sh", "-c", "echo cpus $(nproc); grep MemTotal /proc/meminfo; sleep 99");
      Container guest = urunj.create(bundle).start();
      JsonObject notes = guest.state().getAsJsonObject("annotations");
      assertThat(text(notes, "memory.guest.mib")).isEqualTo("100");
      assertThat(text(notes, "vcpus")).isEqualTo("2");
      long overhead = Long.parseLong(text(notes, "memory.overhead.mib"));
      assertThat(overhead).isBetween(16L, 256L);
      assertThat(number(bundle, "memory.limit_in_bytes", "memory.max"))
          .isEqualTo((limit + overhead * MIB) / PAGE * PAGE);
      assertThat(cpuLimit(bundle)).isEqualTo("150000 100000");
      guest.awaitConsole("MemTotal:", BOOT);
      guest.awaitConsole(" kB", BOOT);
      assertThat(guest.console()).contains("cpus 2\n");
      assertThat(Files.readString(Path.of("/proc/" + guest.pid() + "/cmdline")))
          .contains("\0-m\0size=100M\0-smp\0" + "2\0");
      long total =
          Long.parseLong(guest.console().replaceFirst("(?s).*MemTotal: +(\\d+) kB.*", "$1"));
      assertThat(total).as("kB that the guest's kernel has").isBetween(40_000L, 102_400L);
    }
  }

  /// The annotation promises the guest more than the specification grants the container.
  @Test
  void guestThatTakesMoreThanTheLimitIsKilledByItsControlGroupAlone() throws Exception {
    String fill = "mount -t tmpfs -o size=90% t /tmp; dd if=/dev/zero of=/tmp/x bs=1M; sleep 99";
    try (Node node = Node.start();
        Urunj urunj = Urunj.on(node)) {
      Pod pod = node.pod("greedy", PodSpec.number(1));
      Container neighbour = urunj.create(BundleBuilder.linuxWeb(node.pod("modest"))).start();
      BundleBuilder bundle =
          BundleBuilder.linuxWeb(pod)
              .memory(64 * MIB)
              .annotation("dev.urunj.memory", "600")
              .args("/bin/sh", "-c", fill)
              .edit(spec -> swapLimit(spec, 64 * MIB));
      Container guest = urunj.create(bundle).start();
      assertThat(text(guest.state().getAsJsonObject("annotations"), "memory.guest.mib"))
          .isEqualTo("600");
      assertThat(guest.exitStatus(Duration.ofSeconds(60))).isEqualTo(137);
      assertThat(guest.status()).isEqualTo("stopped");
      assertThat(number(bundle, "memory.oom_control", "memory.events")).isPositive();
      assertThat(pod.taps()).isEmpty();
      assertThat(neighbour.status()).isEqualTo("running");
      guest.delete();
      pod.assertUntouched();
    }
  }

  private static void swapLimit(JsonObject spec, long bytes) {
    spec.getAsJsonObject("linux")
        .getAsJsonObject("resources")
        .getAsJsonObject("memory")
        .addProperty("swap", bytes);
  }

  private static String text(JsonObject notes, String key) {
    return notes.get("dev.urunj." + key).getAsString();
  }

  private static String cpuLimit(BundleBuilder bundle) throws IOException {
    if (Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))) {
      return read(bundle, "cpu.max");
    }
    return read(bundle, "cpu.cfs_quota_us") + " " + read(bundle, "cpu.cfs_period_us");
  }

  /// The number in a file of the container's control group, at `oom_kill` where there are several:
  /// the first name is version 1's, the second version 2's.
  private static long number(BundleBuilder bundle, String one, String two) throws IOException {
    boolean unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    String text = read(bundle, unified ? two : one);
    return Long.parseLong(text.replaceFirst("(?s).*oom_kill (\\d+).*", "$1"));
  }

  private static String read(BundleBuilder bundle, String file) throws IOException {
    try (Stream<Path> all =
        Files.find(Path.of("/sys/fs/cgroup"), 4, (path, _) -> isIn(path, bundle, file))) {
      Path first = all.findFirst().orElseThrow(() -> new AssertionError("no " + file));
      return Files.readString(first, StandardCharsets.US_ASCII).strip();
    }
  }

  private static boolean isIn(Path path, BundleBuilder bundle, String file) {
    return path.endsWith(bundle.cgroup().substring(1) + "/" + file);
  }
}
