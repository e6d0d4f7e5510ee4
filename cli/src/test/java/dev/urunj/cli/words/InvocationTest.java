package dev.urunj.cli.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.cli.verb.HandMadeCaller;
import dev.urunj.runtime.host.Caller;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvocationTest {
  private static final Path HERE = Path.of("/here");
  private static final Caller CALLER = new HandMadeCaller(HERE).caller();

  @Test
  void globalFlagsStandInFrontOfTheVerb() throws UsageException {
    Invocation invocation =
        parse("--root", "/r", "--systemd-cgroup", "--log=/l", "delete", "--force", "c1");
    assertThat(root(invocation)).isEqualTo(Path.of("/r"));
    assertThat(invocation.under(CALLER).systemdCgroup()).isTrue();
    assertThat(invocation.verb()).isEqualTo(Verb.DELETE);
    assertThat(invocation.verbAt()).isEqualTo(4);
    assertThat(invocation.own().has("force")).isTrue();
    assertThat(invocation.behindVerb()).containsExactly("--force", "c1");
  }

  @Test
  void containerdsCreateIsUnderstood() throws UsageException {
    Invocation invocation =
        parse(
            "--root",
            "/run/containerd/runc/k8s.io",
            "--log",
            "/l.json",
            "--log-format",
            "json",
            "--systemd-cgroup",
            "create",
            "--bundle",
            "/b",
            "--pid-file",
            "/p",
            "--no-pivot",
            "c1");
    assertThat(invocation.own().value("bundle")).isEqualTo("/b");
    assertThat(invocation.own().has("no-pivot")).isTrue();
    assertThat(invocation.own().operands()).containsExactly("c1");
  }

  @Test
  void verbBehindTwoDashesIsFound() throws UsageException {
    assertThat(parse("--", "state", "x").verb()).isEqualTo(Verb.STATE);
    assertThat(parse("--", "state", "x").verbAt()).isEqualTo(1);
  }

  @Test
  void wordsBehindTheContainerOfExecAreItsCommandLine() throws UsageException {
    Invocation exec = parse("exec", "-t", "--user", "0:0", "-e", "A=B", "c1", "ls", "-l", "--x");
    assertThat(exec.own().has("tty")).isTrue();
    assertThat(exec.own().value("user")).isEqualTo("0:0");
    assertThat(exec.own().operands()).containsExactly("c1", "ls", "-l", "--x");
  }

  @Test
  void wordsBehindTheContainerOfPsAreItsOptions() throws UsageException {
    assertThat(parse("ps", "-f", "json", "c1", "-ef").own().operands())
        .containsExactly("c1", "-ef");
  }

  @Test
  void noWordsAreNoVerb() throws UsageException {
    assertThat(parse().verb()).isNull();
    assertThat(parse("--version").verb()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void everyVerbIsFoundByItsWordAndKnowsHelp(Verb verb) throws UsageException {
    assertThat(parse(verb.word()).verb()).isEqualTo(verb);
    assertThat(parse(verb.word(), "--help").own().has("help")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fly", "Create", "", "c\nreate", "../create"})
  void unknownVerbIsSaidInOneLine(String word) {
    assertThatThrownBy(() -> parse(word))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("no such command: \"")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "//", "/.", "/a/..", "/../../"})
  void rootOfTheNodeIsNoRootForState(String root) throws UsageException {
    Invocation invocation = parse("--root", root, "list");
    assertThatThrownBy(() -> root(invocation))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("should not be set to /");
  }

  @Test
  void rootIsMadeAbsoluteAndHasADefault() throws UsageException {
    assertThat(root(parse("--root", "a/../b", "list"))).isEqualTo(HERE.resolve("b"));
    assertThat(root(parse("list"))).isEqualTo(CALLER.root());
  }

  private static Path root(Invocation invocation) throws UsageException {
    return invocation.under(CALLER).root();
  }

  private static Invocation parse(String... words) throws UsageException {
    return Invocation.parse(List.of(words));
  }
}
