package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.AtOnce;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Commands that meet each other in one pod, or at one container. The first one wins; each of the
/// others fails with a line that says so, and leaves nothing.
@EndToEnd
class OnePodEndToEndTest {
  private static final int TEN = 10;
  private static final Duration LONG = Duration.ofMinutes(2);

  @RegisterExtension final Stage stage = Stage.withOwnProcesses();

  @Test
  void ofTenCreatesAtOnceOneWinsAndItsGuestServes() throws Exception {
    Pod pod = stage.pod("pod");
    List<Container> ten = new ArrayList<>();
    for (int i = 0; i < TEN; i++) {
      ten.add(stage.urunj().beginCreate(Target.unique(), BundleBuilder.linuxWeb(pod).build()));
    }
    List<Container> winners = new ArrayList<>();
    for (Container container : ten) {
      if (container.awaitCreate(LONG) == 0) {
        winners.add(container);
      }
    }
    assertThat(winners).hasSize(1);
    Container winner = winners.getFirst();
    for (Container container : ten) {
      if (container != winner) {
        assertThat(ErrorLine.single(container.stderr()))
            .contains("tap0_urunc", "carrier", "belongs to container " + winner.id());
      }
    }
    winner.start();
    awaitHttp(pod, winner);
    winner.end();
    pod.assertUntouched();
  }

  @Test
  void ofTenOneAfterTheOtherTheFirstServesUntilItEnds() throws Exception {
    Pod pod = stage.pod("pod");
    Container first = stage.started(pod);
    for (int i = 1; i < TEN; i++) {
      Container next =
          stage.urunj().tryCreate(Target.unique(), BundleBuilder.linuxWeb(pod).build());
      assertThat(ErrorLine.single(next.stderr())).contains("belongs to container " + first.id());
    }
    awaitHttp(pod, first);
    first.end();
    Container last = stage.started(pod);
    awaitHttp(pod, last);
    last.end();
    pod.assertUntouched();
  }

  /// The interface of the pod appears after both were created, as with engines that attach it in a
  /// hook: so neither create saw that there was another.
  @RepeatedTest(2)
  void ofTwoStartsAtOnceInOneNamespaceOneGuestServes() throws Exception {
    Pod pod = stage.pod("pod", PodSpec.number(66));
    pod.run("ip", "link", "set", "eth0", "down").orFail();
    Container one = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    Container two = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    String up = "ip link set eth0 up; ip route add default via 10.9.66.1 dev eth0\n";
    pod.run("sh", "-ec", up + Node.carrier("eth0")).orFail();
    stage.node().sh(Node.carrier(pod.nodeLink()));
    List<Result> results = AtOnce.each(List.of(one, two), Container::tryStart);
    assertThat(results).extracting(Result::exitCode).containsExactlyInAnyOrder(0, 1);
    boolean oneWon = results.getFirst().exitCode() == 0;
    Container winner = oneWon ? one : two;
    assertThat(ErrorLine.of(results.get(oneWon ? 1 : 0))).contains("_urunc", winner.id());
    awaitHttp(pod, winner);
    (oneWon ? two : one).delete();
    assertThat(pod.http("/")).contains("web");
    winner.end();
    pod.assertUntouched();
  }

  @Test
  void ofTwoDeletesAtOnceNoneFailsOtherwiseThanByFindingNothing() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    stage.node().sh("kill -9 " + web.pid());
    for (Result result : AtOnce.each(List.of(web, web), Container::tryDelete)) {
      assertDoneOrGone(result);
    }
    assertGone(pod, web);
  }

  @Test
  void killBesideDeleteByForceEndsTheGuestOnce() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    Callable<Result> kill = () -> web.tryKill("KILL");
    Callable<Result> delete = () -> web.tryDelete("--force");
    List<Result> results = AtOnce.all(List.of(kill, delete, kill));
    assertThat(results.get(1).exitCode()).as(results.get(1).stderr()).isZero();
    assertDoneOrGone(results.getFirst());
    assertDoneOrGone(results.getLast());
    assertGone(pod, web);
  }

  @RepeatedTest(2)
  void createBesideDeleteOfTheSameIdIsRefusedOrWhole() throws Exception {
    Pod pod = stage.pod("pod");
    Container old = stage.started(pod);
    old.kill("KILL");
    Container young = stage.urunj().beginCreate(old.id(), BundleBuilder.linuxWeb(pod).build());
    Result deleted = old.tryDelete();
    assertDoneOrGone(deleted);
    if (young.awaitCreate(LONG) == 0) {
      young.start();
      awaitHttp(pod, young);
    } else {
      assertThat(ErrorLine.single(young.stderr())).contains("exists");
    }
    young.tryDelete("--force").orFail();
    assertGone(pod, young);
  }

  private static void assertDoneOrGone(Result result) {
    if (result.exitCode() != 0) {
      assertThat(ErrorLine.of(result)).contains("does not exist");
    }
  }

  private void assertGone(Pod pod, Container container) throws IOException {
    assertThat(container.isReaped(LONG)).isTrue();
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  private static void awaitHttp(Pod pod, Container container) throws IOException {
    pod.awaitHttp("/", LONG, container::console);
  }
}
