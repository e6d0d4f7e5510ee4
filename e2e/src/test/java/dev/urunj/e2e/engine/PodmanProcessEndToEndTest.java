package dev.urunj.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What podman's `run` says of a process, for a guest.
@EndToEnd
@Needs(
    root = true,
    programs = {"podman", "conmon", "busybox"})
class PodmanProcessEndToEndTest {
  private static final String ASK =
      "grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status | tr -s '\\t' ' '; umask; ulimit -n;"
          + " touch /x 2>&1; touch /scratch/x && echo made; "
          + " df -m /dev/shm | tail -n 1 | tr -s ' ' | cut -d ' ' -f 2;"
          + " echo opened >/dev/stdout; cat; echo end";

  @Test
  void optionsOfRunHoldForTheGuestsProgram() throws Exception {
    try (Node node = Node.start();
        Podman podman = Podman.on(node.pod("pod"))) {
      Result ran =
          podman.run(
              "--rm",
              "--network=none",
              "--read-only",
              "--tmpfs=/scratch",
              "--umask=077",
              "--user=1000",
              "--cap-drop=all",
              "--security-opt=no-new-privileges",
              "--ulimit=nofile=500:600",
              "--shm-size=1m",
              "--device=/dev/zero:/dev/myzero",
              OciArchive.WEB,
              "/bin/sh",
              "-c",
              ASK);
      assertThat(ran.exitCode()).as(ran.stdout() + ran.stderr()).isZero();
      assertThat(ran.stdout())
          .contains("CapEff: 0000000000000000\nCapBnd: 0000000000000000\nNoNewPrivs: 1\n")
          .contains("0077\n500\ntouch: /x: Read-only file system\nmade\n1\nopened\nend\n");
    }
  }

  @Test
  void pipedInputIsPrintedAndEnds() throws Exception {
    try (Node node = Node.start();
        Podman podman = Podman.on(node.pod("pod"))) {
      List<String> words =
          new ArrayList<>(
              podman.runLine("-i", "--rm", "--network=none", OciArchive.WEB, "/bin/cat"));
      words.addAll(0, List.of("sh", "-c", "echo hello | \"$@\"", "sh"));
      Result ran = node.run(words.toArray(String[]::new));
      assertThat(ran.exitCode()).as(ran.stdout() + ran.stderr()).isZero();
      assertThat(ran.stdout().lines().filter("hello"::equals)).hasSize(1);
    }
  }

  @Test
  void guestThatPanicsIsRestartedOnFailure() throws Exception {
    try (Node node = Node.start();
        Podman podman = Podman.on(node.pod("pod"))) {
      podman
          .run(
              "--detach",
              "--name=web",
              "--network=none",
              "--restart=on-failure:1",
              "--privileged",
              OciArchive.WEB,
              "/bin/sh",
              "-c",
              "echo c >/proc/sysrq-trigger; sleep 9")
          .orFail();
      awaitRestart(podman);
      assertThat(podman.inspect("web", "{{.RestartCount}} {{.State.ExitCode}}")).isEqualTo("1 125");
      assertThat(podman.console()).contains("urunj: the guest was reset before its program");
    }
  }

  private static void awaitRestart(Podman podman) throws IOException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!podman.inspect("web", "{{.RestartCount}} {{.State.Status}}").equals("1 exited")) {
      assertThat(System.nanoTime()).as(podman.console()).isLessThan(end);
      Node.pause(200);
    }
  }
}
