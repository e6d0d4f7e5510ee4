package dev.urunj.linux.bpf;

import static dev.urunj.linux.bpf.SampleObject.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(root = true, programs = "clang")
class BpfKernelTest {
  private static final byte[] FRAME = new byte[60];
  private static final int LOOPBACK = 1;
  private static final int FIRST_INSTRUCTION_OF_FROM_LO = 0x228;

  private DescriptorLeaks leaks;
  private LoadedObject loaded;

  @BeforeEach
  void load(@TempDir Path directory) throws Exception {
    leaks = DescriptorLeaks.watch();
    loaded = LoadedObject.of(BpfObject.parse(SampleObject.compiled(directory)));
  }

  @AfterEach
  void close() throws Exception {
    loaded.close();
    leaks.close();
  }

  @Test
  void programSeesWhatIsWrittenIntoItsMap() throws Exception {
    loaded.map("settings").update(bytesOf(0), bytesOf(0x1234L));
    TestRun run = loaded.program("from_net").run(new TestFrame(FRAME, LOOPBACK, 7));
    assertThat(run.verdict()).isZero();
    assertThat(run.mark()).isEqualTo(0x1234);
    assertThat(run.bytes()).isEqualTo(FRAME);
  }

  @Test
  void changedFrameComesBack() throws Exception {
    TestRun run = loaded.program("from_guest").run(new TestFrame(FRAME, LOOPBACK, 0));
    assertThat(run.verdict()).isEqualTo(7); // TC_ACT_REDIRECT
    assertThat(run.bytes()).hasSize(60).startsWith(2, 0, 0, 0, 0, 7);
  }

  @Test
  void linkOfAFrameMustExist() {
    assertThatThrownBy(() -> loaded.program("from_net").run(new TestFrame(FRAME, 471_100, 0)))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
  }

  @Test
  void valuesOfAllCpusAreCounted() throws Exception {
    for (int i = 0; i < 5; i++) {
      loaded.program("from_net").run(new TestFrame(FRAME, LOOPBACK, 0));
    }
    List<byte[]> values = loaded.map("counters").lookupPerCpu(bytesOf(0));
    assertThat(values).hasSize(PossibleCpus.count());
    assertThat(sum(values)).isEqualTo(5);
    loaded.map("counters").update(bytesOf(0), bytesOf(3L));
    assertThat(sum(loaded.map("counters").lookupPerCpu(bytesOf(0)))).isEqualTo(3L * values.size());
    assertThat(loaded.map("counters").lookupPerCpu(bytesOf(4))).isEmpty();
  }

  @Test
  void kindsOfMapsAreNotMixedUp() {
    assertThatThrownBy(() -> loaded.map("counters").lookup(bytesOf(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("map counters has a value per CPU");
    assertThatThrownBy(() -> loaded.map("settings").lookupPerCpu(bytesOf(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("map settings has no value per CPU");
  }

  @Test
  void hashIsFilledWalkedAndEmptied() throws Exception {
    BpfMap ports = loaded.map("ports");
    assertThat(ports.nextKey(null)).isNull();
    for (short port = 1; port <= 8; port++) {
      ports.update(key(port), bytesOf(100 + port));
    }
    assertThatThrownBy(() -> ports.update(key((short) 9), bytesOf(0)))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.E2BIG))
        .hasMessageStartingWith("bpf(BPF_MAP_UPDATE_ELEM, \"ports\") = -1 E2BIG");
    List<byte[]> keys = new ArrayList<>();
    for (byte[] key = ports.nextKey(null); key != null; key = ports.nextKey(key)) {
      keys.add(key);
    }
    assertThat(keys).hasSize(8).doesNotHaveDuplicates();
    assertThat(ports.lookup(key((short) 3))).isEqualTo(bytesOf(103));
    assertThat(ports.delete(key((short) 3))).isTrue();
    assertThat(ports.delete(key((short) 3))).isFalse();
    assertThat(ports.lookup(key((short) 3))).isNull();
  }

  @Test
  void elementOfAnArrayCannotBeDeleted() {
    assertThatThrownBy(() -> loaded.map("settings").delete(bytesOf(0)))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }

  @Test
  void keyOrValueOfAnotherSizeNeverReachesTheKernel() {
    assertThatThrownBy(() -> loaded.map("settings").lookup(new byte[3]))
        .hasMessage("key of 3 bytes for map settings of 4");
    assertThatThrownBy(() -> loaded.map("settings").update(bytesOf(0), new byte[9]))
        .hasMessage("value of 9 bytes for map settings of 8");
  }

  @Test
  void programAndItsMapsAreFoundAgainByTheirNumbers() throws Exception {
    ProgramIdentity identity = loaded.program("from_net").identity();
    assertThat(identity.name()).isEqualTo("from_net");
    assertThat(identity.type()).isEqualTo(3);
    assertThat(identity.tag()).hasSize(16).containsPattern("^[0-9a-f]{16}$");
    loaded.map("settings").update(bytesOf(1), bytesOf(42L));
    try (BpfProgram again = BpfProgram.byId(identity.id())) {
      assertThat(again.name()).isEqualTo("from_net");
      assertThat(again.identity()).isEqualTo(identity);
    }
    assertThat(identity.mapIds())
        .containsExactlyInAnyOrder(loaded.map("settings").id(), loaded.map("counters").id());
    try (BpfMap settings = BpfMap.byId(loaded.map("settings").id())) {
      assertThat(settings.spec()).isEqualTo(loaded.map("settings").spec());
      assertThat(settings.lookup(bytesOf(1))).isEqualTo(bytesOf(42L));
    }
  }

  @Test
  void sameCodeHasTheSameTagWithOtherMaps(@TempDir Path directory) throws Exception {
    try (LoadedObject other = LoadedObject.of(BpfObject.parse(SampleObject.compiled(directory)))) {
      ProgramIdentity one = loaded.program("from_lo").identity();
      ProgramIdentity two = other.program("from_lo").identity();
      assertThat(two.tag()).isEqualTo(one.tag());
      assertThat(two.id()).isNotEqualTo(one.id());
      assertThat(two.mapIds()).doesNotContainAnyElementsOf(one.mapIds());
    }
  }

  @Test
  void whatIsClosedIsGone() throws Exception {
    int program = loaded.program("from_net").identity().id();
    loaded.close();
    for (int i = 0; i < 100 && exists(program); i++) {
      Thread.sleep(20); // freed by a worker of the kernel, after a grace period
    }
    assertThat(exists(program)).isFalse();
  }

  @Test
  void refusedProgramComesWithTheWholeLog() {
    ProgramSpec returningNothing =
        new ProgramSpec(
            "no_result",
            "tc/no_result",
            "GPL",
            new byte[] {(byte) 0x95, 0, 0, 0, 0, 0, 0, 0},
            List.of());
    assertThatThrownBy(() -> BpfProgram.load(returningNothing, List.of()))
        .isInstanceOfSatisfying(
            VerifierException.class,
            e -> {
              assertThat(e.errno()).isEqualTo(Errno.EACCES);
              assertThat(e)
                  .hasMessage(
                      "bpf(BPF_PROG_LOAD, \"no_result\") = -1 EACCES (Permission denied):"
                          + " R0 !read_ok");
              assertThat(e.log()).contains("(95) exit\n").contains("processed ");
            });
  }

  @Test
  void longLogIsNotCut() {
    int moves = 30_000;
    ByteBuffer code = ByteBuffer.allocate(8 * (moves + 1)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < moves; i++) {
      code.putLong(0x1_0000_01b7L); // r1 = 1
    }
    code.putLong(0x95); // exit, without a result
    ProgramSpec spec = new ProgramSpec("long_one", "tc/long_one", "GPL", code.array(), List.of());
    assertThatThrownBy(() -> BpfProgram.load(spec, List.of()))
        .isInstanceOfSatisfying(
            VerifierException.class,
            e -> {
              assertThat(e.log()).contains("\n0: (b7) r1 = 1").contains(": (95) exit");
              assertThat(e.log()).hasSizeGreaterThan(500_000);
              assertThat(e).hasMessageEndingWith("R0 !read_ok");
            });
  }

  @Test
  void mapThatTheKernelRefusesIsAnErrorOfItsCall() {
    MapSpec wrong = new MapSpec("wrong", MapSpec.BPF_MAP_TYPE_ARRAY, 8, 4, 1, 0);
    assertThatThrownBy(() -> BpfMap.create(wrong))
        .hasMessage("bpf(BPF_MAP_CREATE, \"wrong\", type 2) = -1 EINVAL (Invalid argument)");
  }

  /// That no descriptor is left is checked after each test.
  @Test
  void objectWithARefusedProgramIsNotLoadedInPart() throws Exception {
    byte[] object = SampleObject.recorded();
    object[FIRST_INSTRUCTION_OF_FROM_LO] = (byte) 0xff;
    BpfObject parsed = BpfObject.parse(object);
    assertThatThrownBy(() -> LoadedObject.of(parsed))
        .isInstanceOf(VerifierException.class)
        .hasMessageStartingWith("bpf(BPF_PROG_LOAD, \"from_lo\") = -1 EINVAL");
  }

  @Test
  void probeTellsWhatThisKernelHas() {
    assertThat(BpfProbe.classifierRefusal()).isNull();
    assertThat(BpfProbe.hasHelper(BpfProbe.BPF_FUNC_SKC_LOOKUP_TCP)).isTrue();
    assertThat(BpfProbe.hasHelper(BpfProbe.BPF_FUNC_SK_LOOKUP_UDP)).isTrue();
    assertThat(BpfProbe.hasHelper(5)).as("ktime_get_ns, without arguments").isTrue();
    assertThat(BpfProbe.hasHelper(49)).as("getsockopt, not for classifiers").isFalse();
    assertThat(BpfProbe.hasHelper(1_000_000)).isFalse();
  }

  private static boolean exists(int program) throws ErrnoException {
    try {
      BpfProgram.byId(program).close();
      return true;
    } catch (ErrnoException e) {
      assertThat(e.errno()).isEqualTo(Errno.ENOENT);
      return false;
    }
  }

  private static long sum(List<byte[]> values) {
    long sum = 0;
    for (byte[] value : values) {
      sum +=
          ByteBuffer.wrap(Objects.requireNonNull(value)).order(ByteOrder.nativeOrder()).getLong();
    }
    return sum;
  }

  private static byte[] key(short port) {
    return ByteBuffer.allocate(2).order(ByteOrder.nativeOrder()).putShort(port).array();
  }
}
