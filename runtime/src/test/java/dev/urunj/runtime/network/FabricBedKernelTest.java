package dev.urunj.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import dev.urunj.testkit.TestNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The fabric's programs by themselves, compiled from their source: `src/test/bed` plays a node, a
/// pod and guests with namespaces and sends real packets. `matrix.py` is the table of who reaches
/// whom; `hardening.py`, what goes beyond it, has deadlines of its own and is run by hand.
@Needs(
    root = true,
    programs = {"python3", "clang", "ip", "tc", "unshare", "nsenter"})
class FabricBedKernelTest {
  private static final Path BED = Path.of("src/test/bed").toAbsolutePath();

  @Test
  void worldSidecarAndGuestReachEachOtherAndClosedPortsRefuse() throws Exception {
    try (TestNode node = TestNode.start()) {
      Result bed =
          node.run(
              "env", "PYTHONDONTWRITEBYTECODE=1", "python3", BED.resolve("matrix.py").toString());
      assertThat(bed.stdout()).as(bed.stderr()).endsWith("\n0 failures\n");
      assertThat(bed.exitCode()).isZero();
    }
  }
}
