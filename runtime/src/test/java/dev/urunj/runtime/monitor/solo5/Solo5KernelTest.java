package dev.urunj.runtime.monitor.solo5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.oci.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Solo5KernelTest {
  private static final Path FILE = Path.of("/k");

  @TempDir Path directory;

  private static Solo5Kernel read(byte[] bytes) throws BadInputException {
    return Solo5Kernel.of(bytes, FILE);
  }

  @Test
  void targetAndDevicesAreInTheNotes() throws Exception {
    Path file =
        new SampleKernel(2).network("service").block("storage").write(directory.resolve("k"));
    Solo5Kernel kernel = Solo5Kernel.read(file);
    assertThat(kernel.target()).isEqualTo(2);
    assertThat(kernel.networks()).containsExactly("service");
    assertThat(kernel.blocks()).containsExactly("storage");
  }

  /// The bytes that the toolchain of Solo5 0.12.1 has written for its test of the network, read
  /// with readelf(1) from the note.
  @Test
  void entriesLieWhereTheToolchainPutsThem() throws Exception {
    byte[] ours = new SampleKernel(2).network("service0").bytes();
    ByteBuffer note = ByteBuffer.wrap(ours).order(ByteOrder.LITTLE_ENDIAN);
    int content = 64 + 2 * 56 + 20;
    assertThat(note.getInt(content - 16)).isEqualTo(0xdc);
    assertThat(note.getInt(content + 4)).isEqualTo(1);
    assertThat(note.getInt(content + 8)).isEqualTo(2);
    assertThat(note.getInt(content + 80)).isEqualTo(0x40000000);
    assertThat(note.getLong(content + 116)).isEqualTo(0x3065636976726573L); // service0
    assertThat(note.getInt(content + 184)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a,b", "--mem", "ü", "a=b", "\n"})
  void aNameThatCouldBeAnotherArgumentIsRefused(String name) {
    assertThatThrownBy(() -> read(new SampleKernel(1).network(name).bytes()))
        .hasMessage(
            "image: com.urunc.unikernel.binary: \"/k\" has a device whose name is not 1 to 67"
                + " letters and digits; expected a kernel that was built for Solo5's hvt or spt");
  }

  @Test
  void anUnknownKindOfDeviceIsRefused() {
    assertThatThrownBy(() -> read(new SampleKernel(1).entry("x", 7).bytes()))
        .hasMessageContaining("has a device of the unknown type 7");
  }

  @Test
  void whatIsNoKernelIsRefused() {
    assertThatThrownBy(() -> read(new byte[100])).hasMessageContaining("is no 64-bit ELF file");
    byte[] bytes = new SampleKernel(1).bytes();
    bytes[56] = 0; // no segments
    assertThatThrownBy(() -> read(bytes)).hasMessageContaining("has no notes of Solo5");
  }

  /// A hostile kernel gets one line, whatever its headers say.
  @Test
  void damageAnywhereIsALineOrAnotherKernel() {
    byte[] good = new SampleKernel(1).network("service").block("storage").bytes();
    Random random = new Random(20261127);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good, i % 3 == 0 ? random.nextInt(good.length) : good.length);
      for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
        bytes[random.nextInt(Math.min(bytes.length, 260))] = (byte) random.nextInt();
      }
      try {
        read(bytes);
      } catch (BadInputException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
    assertThat(refused).isPositive();
  }
}
