package dev.urunj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A low-level runtime that passes the probe and then refuses a container. It leaves all that it
/// can: state, a control group and a process.
@Needs(
    root = true,
    programs = {"unshare", "nsenter", "mount", "ip", "tc", "perl"},
    files = "/dev/net/tun")
class RefusingLowLevelKernelTest {
  private static final String REFUSAL =
      "crun create failed (exit 1): cgroups in hybrid mode not supported, drop all controllers"
          + " from cgroupv2";

  @TempDir Path temp;
  private FakeNode node;

  @BeforeEach
  void start() throws IOException {
    node = FakeNode.start(temp);
  }

  @AfterEach
  void end() throws IOException {
    try (FakeNode ending = node) {
      Result _ = ending.urunj("delete", "--force", "c1");
    }
  }

  @Test
  void theOtherTakesItsPlaceOnceAndItIsNotTrustedAgain() throws IOException {
    Result create = create();
    assertThat(create.exitCode()).as(create.stderr()).isZero();
    assertThat(create.stderr())
        .hasLineCount(1)
        .contains(REFUSAL + "; " + temp.resolve("runc") + " runs it, and all others until");
    JsonObject state = JsonParser.parseString(node.urunj("state", "c1").orFail()).getAsJsonObject();
    assertThat(state.get("status").getAsString()).isEqualTo("created");
    assertThat(state.getAsJsonObject("annotations").get("dev.urunj.lowlevel.reason").getAsString())
        .isEqualTo(REFUSAL + "; " + temp.resolve("runc") + " runs it");
    assertNothingOfCrunIsLeft();
    assertThat(node.urunj("start", "c1").orFail()).isEmpty();
    node.urunj("delete", "--force", "c1").orFail();
    assertThat(node.leftovers()).isEmpty();

    Result second = create();
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).isEmpty();
    assertThat(Files.readAllLines(temp.resolve("crun.calls"))).containsOnlyOnce("create");
    assertThat(node.urunj("state", "c1").orFail()).doesNotContain("lowlevel");
  }

  @Test
  void whatBothRefuseIsTheContainersFaultAndIsTakenBack() throws IOException {
    Files.writeString(temp.resolve("runc"), "#!/bin/sh\nexit 1\n");
    Result create = create();
    assertThat(create.exitCode()).isEqualTo(1);
    assertThat(create.stderr()).hasLineCount(1).contains("runc create failed (exit 1)");
    assertNothingOfCrunIsLeft();
    assertThat(node.leftovers()).isEmpty();
    assertThat(create().stderr()).contains("runc create failed");
    assertThat(Files.readAllLines(temp.resolve("crun.calls"))).contains("create", "create");
  }

  @Test
  void hookThatFailsIsNotRunAgainByTheOther() throws IOException {
    Files.createFile(temp.resolve("crun.hook"));
    Result create = create();
    assertThat(create.exitCode()).isEqualTo(1);
    assertThat(create.stderr()).hasLineCount(1).contains("crun create failed (exit 1): error exec");
    assertNothingOfCrunIsLeft();
    assertThat(node.leftovers()).isEmpty();
  }

  private Result create() throws IOException {
    return node.urunjOfItsOwnChoice("create", "--bundle", node.bundle(), "c1");
  }

  private void assertNothingOfCrunIsLeft() throws IOException {
    assertThat(Path.of(Files.readString(temp.resolve("crun.group")).strip())).doesNotExist();
    String pid = Files.readString(temp.resolve("crun.pid")).strip();
    Path process = Path.of("/proc/" + pid + "/stat");
    assertThat(Files.exists(process) ? Files.readString(process) : " Z ").contains(" Z ");
    assertThat(node.shell("find /run/u -name status")).isEmpty();
  }
}
