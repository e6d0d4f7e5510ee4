package dev.urunj.linux.bpf;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.urunj.linux.bpf.ProgramSpec.MapReference;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BpfObjectTest {
  private static final int ROUNDS = 20_000;

  private byte[] object;

  @BeforeEach
  void read() throws IOException {
    object = SampleObject.recorded();
  }

  @Test
  void mapsAreTheVariablesOfTheirSection() throws IOException {
    assertThat(BpfObject.parse(object).maps())
        .containsExactlyInAnyOrder(
            new MapSpec("settings", MapSpec.BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0),
            new MapSpec("counters", MapSpec.BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 4, 0),
            new MapSpec("ports", MapSpec.BPF_MAP_TYPE_HASH, 2, 4, 8, 0));
  }

  @Test
  void programsAreTheFunctionsOfTheirSections() throws IOException {
    BpfObject parsed = BpfObject.parse(object);
    assertThat(parsed.programs())
        .extracting(ProgramSpec::name, ProgramSpec::section, ProgramSpec::license)
        .containsExactly(
            tuple("from_net", "tc/from_net", "GPL"),
            tuple("from_guest", "tc/from_guest", "GPL"),
            tuple("from_lo", "tc/from_lo", "GPL"));
    ProgramSpec fromNet = parsed.programs().getFirst();
    assertThat(fromNet.instructionCount()).isEqualTo(23);
    assertThat(fromNet.references())
        .containsExactly(new MapReference(5, "settings"), new MapReference(14, "counters"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|4|7|not an ELF file; expected a BPF object made by clang -target bpf",
        "4|1|1|ELF file of class 1, byte order 1, type 1, machine 247; expected a relocatable",
        "5|1|2|ELF file of class 2, byte order 2, type 1, machine 247; expected a relocatable",
        "16|2|2|ELF file of class 2, byte order 1, type 2, machine 247; expected a relocatable",
        "18|2|62|ELF file of class 2, byte order 1, type 1, machine 62; expected a relocatable",
        "40|8|100000|BPF object of 2368 bytes is cut short: the section headers",
        "58|2|40|BPF object: section headers of 40 bytes; expected 64",
        "60|2|5000|BPF object: 5000 sections; expected at most 1024",
        "62|2|99|BPF object: names in section 99 of 14",
      })
  void headerThatIsNotOneIsRefused(int offset, int size, long value, String message) {
    for (int i = 0; i < size; i++) {
      object[offset + i] = (byte) (value >> (8 * i));
    }
    assertThatThrownBy(() -> BpfObject.parse(object))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void codeInAnotherSectionIsRefused() {
    replace("tc/from_lo", "xy/from_lo");
    assertThatThrownBy(() -> BpfObject.parse(object))
        .isInstanceOf(IOException.class)
        .hasMessage("BPF object: code in section \"xy/from_lo\"; expected \"tc/NAME\"");
  }

  @Test
  void referenceToWhatIsNoMapIsRefusedWithItsPlace() {
    replace("maps", "data");
    assertThatThrownBy(() -> BpfObject.parse(object))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "BPF object: section \"tc/from_net\" refers to \"settings\" at byte 40 (relocation 1);"
                + " expected maps only, functions always inlined and no global variables");
  }

  @Test
  void objectWithoutLicenseIsRefused() {
    replace("license\0", "licence\0");
    assertThatThrownBy(() -> BpfObject.parse(object))
        .isInstanceOf(IOException.class)
        .hasMessage("BPF object without a section \"license\"");
  }

  @Test
  void nameThatTheKernelWouldRefuseIsRefused() {
    replace("settings\0", "set ings\0");
    assertThatThrownBy(() -> BpfObject.parse(object))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "BPF object: map name \"set ings\"; expected 1 to 15 letters, digits, \"_\" or \".\"");
  }

  @Test
  void everyPrefixIsRefused() {
    for (int length = 0; length < object.length; length++) {
      byte[] cut = Arrays.copyOf(object, length);
      assertThatThrownBy(() -> BpfObject.parse(cut)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void damagedObjectIsReadOrRefusedButNothingElse() {
    int[] nasty = {0, 1, 2, 3, 8, 9, 0x7f, 0x80, 0xff};
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] damaged = object.clone();
      // Most rounds spoil the headers at the end and the symbols, which lead everywhere.
      int begin = seed % 4 == 0 ? 0 : 0x2e8;
      for (int i = 1 + random.nextInt(8); i > 0; i--) {
        int at = begin + random.nextInt(damaged.length - begin);
        damaged[at] = (byte) nasty[random.nextInt(nasty.length)];
      }
      try {
        assertThat(BpfObject.parse(damaged).programs()).isNotEmpty();
      } catch (IOException expected) {
        assertThat(expected.getMessage()).as("seed %d", seed).doesNotContain("\n");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private void replace(String text, String by) {
    byte[] wanted = text.getBytes(US_ASCII);
    boolean found = false;
    for (int at = 0; at + wanted.length <= object.length; at++) {
      if (Arrays.equals(object, at, at + wanted.length, wanted, 0, wanted.length)) {
        System.arraycopy(by.getBytes(US_ASCII), 0, object, at, wanted.length);
        found = true;
      }
    }
    assertThat(found).isTrue();
  }
}
