package dev.urunj.runtime.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.mount.Mounts;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.process.BootId;
import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"unshare", "nsenter", "mount", "ip"})
class NamespaceRegistryKernelTest {
  private static final NamespaceGuard GUARD = new NamespaceGuard(Path.of("/proc/thread-self"));
  @TempDir Path temp;
  private Path root;
  private Path home;
  private OwnMount mount;
  private NamespaceRegistry registry;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    mount = OwnMount.on(root);
    home = root.resolve("@netns/blue");
    registry = new NamespaceRegistry(root, InstantSource.system(), GUARD);
  }

  @AfterEach
  void close() throws IOException {
    mount.close();
  }

  @Test
  void createdNamespaceIsPinnedAndRecorded() throws IOException {
    try (DescriptorLeaks _ = DescriptorLeaks.watch()) {
      NamedNamespace made = registry.create("blue");
      assertThat(made.pin()).isEqualTo(home.resolve("netns"));
      assertThat(made.condition()).isEqualTo(Condition.PINNED);
      assertThat(registry.names()).containsExactly("blue");
      assertThat(registry.nameOf(made.pin())).isEqualTo("blue");
    }
  }

  @Test
  void removedNamespaceLeavesNothing() throws IOException {
    registry.create("blue");
    assertThat(registry.remove("blue")).isTrue();
    assertThat(registry.remove("blue")).isFalse();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void nameIsTakenAsLongAsItsNamespaceIsPinned() throws IOException {
    registry.create("blue");
    assertThatThrownBy(() -> registry.create("blue"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("exists already");
    assertThat(registry.look("blue").condition()).isEqualTo(Condition.PINNED);
  }

  @Test
  void pinCanBeRepeatedForTheSameNamespaceOnly() throws IOException {
    try (TestNode node = TestNode.start();
        TestNode other = TestNode.start()) {
      NamedNamespace first = registry.pin("blue", node.networkNamespace());
      assertThat(registry.pin("blue", node.networkNamespace())).isEqualTo(first);
      assertThatThrownBy(() -> registry.pin("blue", other.networkNamespace()))
          .hasMessageContaining("exists already");
    }
    assertThat(registry.look("blue").condition())
        .as("outlives its processes")
        .isEqualTo(Condition.PINNED);
  }

  @Test
  void nodesOwnIsNeverPinned() {
    assertThatThrownBy(() -> registry.pin("blue", Path.of("/proc/self/ns/net")))
        .hasMessageContaining("is the node's own network namespace");
    assertThat(root).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "@netns", "a b", "a\nb"})
  void nameThatNoContainerCouldHaveIsRefused(String name) {
    assertThatThrownBy(() -> registry.create(name)).hasMessageContaining("invalid name");
    assertThatThrownBy(() -> registry.remove(name)).hasMessageContaining("invalid name");
    assertThatThrownBy(() -> registry.look(name)).hasMessageContaining("invalid name");
  }

  /// What a kill at each step of `create`, `pin` and `remove` leaves behind.
  enum CutOff {
    AFTER_MAKING_THE_DIRECTORY,
    WHILE_WRITING_THE_RECORD,
    BEFORE_MAKING_THE_PIN,
    BEFORE_MOUNTING_THE_PIN,
    AFTER_REMOVING_THE_PIN;

    void leave(Path home) throws IOException {
      NetworkNamespace.unpin(home.resolve("netns"));
      switch (this) {
        case AFTER_MAKING_THE_DIRECTORY -> Files.delete(home.resolve("record.json"));
        case WHILE_WRITING_THE_RECORD -> {
          Files.move(home.resolve("record.json"), home.resolve("record.json~"));
          Files.writeString(home.resolve("record.json~"), "{\"sche");
        }
        case BEFORE_MAKING_THE_PIN, AFTER_REMOVING_THE_PIN -> {}
        case BEFORE_MOUNTING_THE_PIN -> Files.createFile(home.resolve("netns"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void halfMadeNameIsToldAndRemoved(CutOff moment) throws IOException {
    registry.create("blue");
    moment.leave(home);
    assertThat(registry.look("blue").condition()).isEqualTo(Condition.INCOMPLETE);
    assertThat(registry.remove("blue")).isTrue();
    assertThat(root).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource
  void halfMadeNameIsFreeForTheNextCreate(CutOff moment) throws IOException {
    registry.create("blue");
    moment.leave(home);
    assertThat(registry.create("blue").condition()).isEqualTo(Condition.PINNED);
    assertThat(home).isDirectoryContaining("glob:**/{netns,record.json}");
    assertThat(home).isDirectoryNotContaining("glob:**/*~");
  }

  @ParameterizedTest
  @EnumSource
  void halfMadeNameIsFreeForTheNextPin(CutOff moment) throws IOException {
    registry.create("blue");
    moment.leave(home);
    try (TestNode node = TestNode.start()) {
      assertThat(registry.pin("blue", node.networkNamespace()).condition())
          .isEqualTo(Condition.PINNED);
    }
  }

  @Test
  void recordOfAnotherBootIsStaleAndCleanedWithoutTheNamespaceBeingTouched() throws IOException {
    NamedNamespace made = registry.create("blue");
    Path record = home.resolve("record.json");
    String other = "00000000-0000-0000-0000-000000000000";
    Files.writeString(record, Files.readString(record).replace(BootId.read(), other));
    assertThat(registry.look("blue").condition()).isEqualTo(Condition.STALE);
    try (NetworkNamespace held = NetworkNamespace.open(made.pin())) {
      assertThat(registry.remove("blue")).isTrue();
      assertThat(LoopbackAttachments.isUp(held)).isFalse();
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void replacedPinIsToldAndOnlyUnmounted() throws IOException {
    NamedNamespace made = registry.create("blue");
    try (TestNode node = TestNode.start();
        NetworkNamespace impostor = NetworkNamespace.open(node.networkNamespace())) {
      Mounts.bind(node.networkNamespace(), made.pin());
      assertThat(registry.look("blue").condition()).isEqualTo(Condition.REPLACED);
      assertThatThrownBy(() -> registry.create("blue")).hasMessageContaining("exists already");
      assertThat(registry.remove("blue")).isTrue();
      assertThat(LoopbackAttachments.isUp(impostor)).isTrue();
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void pinOfTheNodeIsOnlyUnmounted() throws IOException {
    NamedNamespace made = registry.create("blue");
    Mounts.bind(Path.of("/proc/self/ns/net"), made.pin());
    assertThat(registry.look("blue").condition()).isEqualTo(Condition.REPLACED);
    assertThat(registry.look("blue").reason()).contains("node's own");
    assertThat(registry.remove("blue")).isTrue();
    assertThat(root).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"schema\":2}",
        "{\"schema\":1}",
        "{\"schema\":1,\"name\":\"x\"}"
      })
  void damagedRecordIsToldAndRemoved(String text) throws IOException {
    registry.create("blue");
    Files.writeString(home.resolve("record.json"), text);
    NamedNamespace found = registry.look("blue");
    assertThat(found.condition()).isEqualTo(Condition.DAMAGED);
    assertThat(found.reason()).contains("record.json").doesNotContain("\n");
    assertThat(registry.remove("blue")).isTrue();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void filesOfOthersAreLeftAlone() throws IOException {
    registry.create("blue");
    Files.createFile(home.resolve("mine"));
    assertThatThrownBy(() -> registry.remove("blue")).hasMessageContaining("left alone");
    assertThat(home.resolve("mine")).exists();
    assertThat(home.resolve("netns")).doesNotExist();
  }

  @Test
  void manyAtOnceMakeOneNamespaceOfAName() throws Exception {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      tasks.add(() -> {
        try {
          registry.create("blue");
          return true;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("exists already");
          return false;
        }
      });
    }
    assertThat(results(tasks)).containsOnlyOnce(true);
    assertThat(registry.look("blue").condition()).isEqualTo(Condition.PINNED);
  }

  @Test
  void createsAndRemovesAtOnceLeaveNothing() throws Exception {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String name = "n" + i % 3;
      tasks.add(() -> {
        for (int round = 0; round < 4; round++) {
          try {
            registry.create(name);
          } catch (IOException e) {
            assertThat(e).hasMessageContaining("exists already");
          }
          registry.remove(name);
        }
        return true;
      });
    }
    assertThat(results(tasks)).containsOnly(true);
    assertThat(root).isEmptyDirectory();
  }

  private static List<Boolean> results(List<Callable<Boolean>> tasks) throws Exception {
    List<Boolean> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
      for (Future<Boolean> one : threads.invokeAll(tasks)) {
        results.add(one.get());
      }
    }
    return results;
  }
}
