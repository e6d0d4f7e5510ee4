package dev.urunj.runtime.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes with tags, true and false ones.
@Needs(root = true)
class MonitorProcessesKernelTest {
  @TempDir Path root;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void monitorIsKnownByItsTag() throws Exception {
    Process monitor = start(MonitorProcesses.tag(root.resolve("c1")));
    MonitorProcesses processes = MonitorProcesses.under(root);
    assertThat(processes.all())
        .containsExactly(
            new MonitorProcesses.Found((int) monitor.pid(), "c1", MonitorProcesses.Role.MONITOR));
    processes.end("c2");
    assertThat(monitor.isAlive()).isTrue();
    processes.end("c1");
    assertThat(monitor.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(processes.all()).isEmpty();
  }

  @Test
  void tagOfAnotherRootWithTheSamePathIsNotOurs() throws Exception {
    Process foreign = start("URUNJ_CONTAINER=1:2:" + root.resolve("c1"));
    start("URUNJ_CONTAINER=" + root.resolve("c1"));
    start("X" + MonitorProcesses.tag(root.resolve("c1")));
    assertThat(MonitorProcesses.under(root).all()).isEmpty();
    MonitorProcesses.under(root).end("c1");
    assertThat(foreign.isAlive()).isTrue();
  }

  @Test
  void pathsThatLeadElsewhereAreNotOurs() throws Exception {
    start(MonitorProcesses.tag(root.resolve("c1")).replace("/c1", "/c1/../c2"));
    start(MonitorProcesses.tag(root.resolve("c1")).replace("/c1", "/"));
    assertThat(MonitorProcesses.under(root).all()).isEmpty();
  }

  @Test
  void lowLevelRuntimeIsKnownByItsRootAndItsInitByItsOwn() throws Exception {
    Process init = start("_LIBCONTAINER_STATEDIR=" + root.resolve("c1/runc/c1"));
    Process runtime = run("sh", "-c", "sleep 60; :", "--root", root.resolve("c2/runc") + "", "x");
    assertThat(MonitorProcesses.under(root).all())
        .containsExactlyInAnyOrder(
            new MonitorProcesses.Found((int) init.pid(), "c1", MonitorProcesses.Role.MONITOR),
            new MonitorProcesses.Found((int) runtime.pid(), "c2", MonitorProcesses.Role.RUNTIME));
  }

  private Process start(String variable) throws Exception {
    return run("env", variable, "sleep", "60");
  }

  private Process run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).start();
    started.add(process);
    for (int i = 0; i < 500 && !isUp(process); i++) {
      Thread.sleep(10);
    }
    return process;
  }

  /// `env` has become the program of its arguments, and the shell has begun.
  private static boolean isUp(Process process) {
    return process.info().command().filter(name -> !name.endsWith("env")).isPresent()
        && process.info().command().filter(name -> !name.endsWith("java")).isPresent();
  }
}
