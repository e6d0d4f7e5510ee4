package dev.urunj.e2e.matrix;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.matrix.MatrixRow.Place;
import dev.urunj.e2e.stage.AtOnce;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.GeneratedSection;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Which side reaches which in a pod with a guest and a sidecar, as docs/networking.md shows it.
/// Each pod boots once and is tried three times. At the end the stage deletes what the dead guests
/// have left.
@EndToEnd
class MatrixEndToEndTest {
  private static final List<Place> ALL = List.of(Place.values());
  private static final List<Place> BESIDE_THE_GUEST = List.of(Place.WORLD, Place.SIDECAR);

  @RegisterExtension final Stage stage = new Stage();

  private Probers probers;

  @BeforeEach
  void serveWorld() throws IOException {
    probers = new Probers(stage.node());
    MatrixPod.serveWorld(stage.node(), probers);
  }

  @AfterEach
  void endServers() {
    probers.close();
  }

  @Test
  void whoReachesWhomIsWhatTheDocumentationShows() throws Exception {
    Map<PodKind, MatrixPod> pods = begun();
    Map<PodKind, Measurement> alive = measured(pods, ALL);
    assertOneFamilyIsLikeBoth(alive);
    assertFamiliesDoNotMeet(of(pods, PodKind.ONLY_4));
    for (MatrixPod pod : pods.values()) {
      pod.crash();
    }
    Map<PodKind, Measurement> dead = measured(pods, BESIDE_THE_GUEST);
    for (PodKind kind : PodKind.values()) {
      if (kind != PodKind.REDIRECT) {
        assertNothingIsSilent(of(alive, kind));
        assertNothingIsSilent(of(dead, kind));
      }
    }
    section("who-reaches-whom").says(MatrixTables.whole(of(alive, PodKind.FABRIC)));
    Map<String, Measurement> columns = new LinkedHashMap<>();
    columns.put("fabric", of(alive, PodKind.FABRIC));
    columns.put("`localhost = false`", of(alive, PodKind.APART));
    columns.put("redirect", of(alive, PodKind.REDIRECT));
    columns.put("fabric, guest dead", of(dead, PodKind.FABRIC));
    columns.put("redirect, guest dead", of(dead, PodKind.REDIRECT));
    section("what-differs").says(MatrixTables.differences(columns));
  }

  /// One of each kind, in their order; all guests boot at the same time.
  private Map<PodKind, MatrixPod> begun() throws Exception {
    Map<PodKind, MatrixPod> pods = new EnumMap<>(PodKind.class);
    for (PodKind kind : PodKind.values()) {
      pods.put(kind, MatrixPod.begin(stage, probers, kind));
    }
    for (Result started : AtOnce.each(List.copyOf(pods.values()), MatrixPod::start)) {
      assertThat(started.exitCode()).as(started.stderr()).isZero();
    }
    for (MatrixPod pod : pods.values()) {
      pod.awaitGuest();
    }
    return pods;
  }

  private static Map<PodKind, Measurement> measured(
      Map<PodKind, MatrixPod> pods, List<Place> dialling) throws Exception {
    List<Callable<Measurement>> calls = new ArrayList<>();
    for (MatrixPod pod : pods.values()) {
      calls.add(() -> pod.measure(dialling));
    }
    Iterator<Measurement> results = AtOnce.all(calls).iterator();
    Map<PodKind, Measurement> measured = new EnumMap<>(PodKind.class);
    pods.keySet().forEach(kind -> measured.put(kind, results.next()));
    return measured;
  }

  private static void assertOneFamilyIsLikeBoth(Map<PodKind, Measurement> measured) {
    for (PodKind one : List.of(PodKind.ONLY_4, PodKind.ONLY_6)) {
      for (MatrixRow row : MatrixRow.all()) {
        for (MatrixProtocol protocol : row.protocols()) {
          if (one.has(row, protocol)) {
            assertThat(of(measured, one).word(row, protocol))
                .as("%s %s %s", one, row, protocol)
                .isEqualTo(of(measured, PodKind.FABRIC).word(row, protocol));
          }
        }
      }
    }
  }

  /// A guest without IPv6 is not at `::1`. No other socket waits for it either.
  private void assertFamiliesDoNotMeet(MatrixPod four) throws IOException {
    assertThat(probers.fromPod(four.pod(), 1, List.of("tcp/::1/8080", "udp/::1/8080")))
        .extracting(Probers.Answer::word)
        .containsOnly("refused");
  }

  private static void assertNothingIsSilent(Measurement measured) {
    for (MatrixRow row : MatrixRow.all()) {
      assertThat(measured.words(row)).as("%s", row).doesNotContain("silence", "after", " or ");
    }
  }

  private static <T> T of(Map<PodKind, T> all, PodKind kind) {
    return requireNonNull(all.get(kind));
  }

  private static GeneratedSection section(String name) {
    return new GeneratedSection(Target.document("networking.md"), name);
  }
}
