package dev.urunj.runtime.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupsTest {
  private static final String OWN =
      """
      3:cpu,cpuacct:/shim
      2:memory:/
      1:name=systemd:/user.slice/session-1.scope
      0::/unified/own
      """;

  @TempDir Path root;

  @Test
  void absolutePathIsTheSameInEveryHierarchy() throws IOException {
    version1();
    assertThat(new ControlGroups(root, OWN).absent("/pod/c1", "c1"))
        .containsExactlyInAnyOrder(
            root.resolve("cpu,cpuacct/pod/c1"),
            root.resolve("memory/pod/c1"),
            root.resolve("systemd/pod/c1"),
            root.resolve("unified/pod/c1"));
  }

  /// It is written to a file of lines and compared with what was read from there.
  @Test
  void kindHasNoBlankAtItsEndsWhereNoControllerIsUnified() throws IOException {
    assertThat(new ControlGroups(root, OWN).kind()).isEqualTo("v1");
    version1();
    Files.writeString(
        Files.createDirectories(root.resolve("unified")).resolve("cgroup.controllers"), "\n");
    String kind = new ControlGroups(root, OWN).kind();
    assertThat(kind).startsWith("v1 and v2").isEqualTo(kind.strip());
  }

  @Test
  void groupThatExistsIsNotOurs() throws IOException {
    version1();
    Files.createDirectories(root.resolve("memory/pod/c1"));
    assertThat(new ControlGroups(root, OWN).absent("/pod/c1", "c1"))
        .hasSize(3)
        .doesNotContain(root.resolve("memory/pod/c1"));
  }

  @Test
  void withoutAPathItIsTheIdInTheCallersGroup() throws IOException {
    version1();
    assertThat(new ControlGroups(root, OWN).absent("", "c1"))
        .containsExactlyInAnyOrder(
            root.resolve("cpu,cpuacct/shim/c1"),
            root.resolve("memory/c1"),
            root.resolve("systemd/user.slice/session-1.scope/c1"),
            root.resolve("unified/unified/own/c1"));
  }

  @Test
  void version2HasOneHierarchy() throws IOException {
    Files.createFile(root.resolve("cgroup.controllers"));
    Files.createDirectory(root.resolve("system.slice"));
    ControlGroups groups = new ControlGroups(root, "0::/shim\n");
    assertThat(groups.absent("/pod/c1", "c1")).containsExactly(root.resolve("pod/c1"));
    assertThat(groups.absent("pod/c1", "c1")).containsExactly(root.resolve("shim/pod/c1"));
  }

  @Test
  void pathCannotLeaveItsHierarchyNorBeIt() throws IOException {
    version1();
    assertThat(new ControlGroups(root, OWN).absent("/../../etc", "c1"))
        .contains(root.resolve("memory/etc"))
        .allMatch(path -> path.startsWith(root));
    assertThat(new ControlGroups(root, OWN).absent("/..", "c1")).isEmpty();
  }

  @Test
  void whatIsNoControlGroupIsNotRemoved() throws IOException {
    ControlGroups groups = new ControlGroups(root, OWN);
    Path directory = Files.createDirectories(root.resolve("memory/pod"));
    assertThatIOException()
        .isThrownBy(() -> groups.remove(directory, patience()))
        .withMessageContaining("is not a control group");
    assertThatIOException()
        .isThrownBy(() -> groups.remove(root.resolveSibling("elsewhere"), patience()))
        .withMessageContaining("is not a control group");
    assertThat(directory).isDirectory();
    groups.remove(root.resolve("memory/gone"), patience());
  }

  @Test
  @Needs(root = true, files = "/sys/fs/cgroup")
  void emptyGroupOfTheKernelIsRemoved() throws IOException {
    ControlGroups groups = ControlGroups.seenBy(Path.of("/proc/self"));
    String name = "urunj-test-" + ProcessHandle.current().pid();
    Path group = groups.absent("/" + name, "c1").getFirst();
    Files.createDirectory(group);
    assertThat(groups.absent("/" + name, "c1")).doesNotContain(group);
    groups.remove(group, patience());
    assertThat(group).doesNotExist();
    groups.remove(group, patience());
  }

  private static Deadline patience() {
    return Deadline.byTheKernel(ControlGroups.PATIENCE);
  }

  private void version1() throws IOException {
    for (String name : new String[] {"cpu,cpuacct", "memory", "systemd", "unified"}) {
      Files.createDirectory(root.resolve(name));
    }
    Files.createSymbolicLink(root.resolve("cpu"), Path.of("cpu,cpuacct"));
  }
}
