package dev.urunj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KeptEnvironmentTest {
  @Test
  void variableThatTheLauncherPutAsideComesBack() {
    KeptEnvironment kept =
        KeptEnvironment.of(Map.of("URUNJ_KEPT_JAVA_TOOL_OPTIONS", "-Da=b=c", "PATH", "/bin"));
    assertThat(kept.added()).containsExactly("JAVA_TOOL_OPTIONS=-Da=b=c");
    assertThat(kept.removed()).containsExactly("URUNJ_KEPT_JAVA_TOOL_OPTIONS");
  }

  @Test
  void variableThatTheLauncherSetGoes() {
    KeptEnvironment kept = KeptEnvironment.of(Map.of("URUNJ_SET_LC_ALL", "1", "LC_ALL", "C.UTF-8"));
    assertThat(kept.added()).isEmpty();
    assertThat(kept.removed()).containsExactly("URUNJ_SET_LC_ALL", "LC_ALL");
  }

  @Test
  void nothingElseIsTouched() {
    KeptEnvironment kept = KeptEnvironment.of(Map.of("URUNJ_ACCEL", "tcg", "LANG", "C"));
    assertThat(kept.added()).isEmpty();
    assertThat(kept.removed()).isEmpty();
  }
}
