package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Programs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the scripts of the checkout share, `scripts/toolchain.sh`, with an empty environment.
class ScriptsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path temp;

  /// Otherwise a test that gives a name with an umlaut to a program fails in the POSIX locale.
  @Test
  void testsTakeNamesForUtf8WhateverTheLocale() throws IOException {
    assertThat(Files.readString(Path.of("/proc/self/cmdline")).split("\0"))
        .contains("-Dsun.jnu.encoding=UTF-8");
  }

  @Test
  void scriptsLeaveThePosixLocale() throws IOException {
    assertThat(sourced(List.of(), "locale charmap").orFail()).isEqualTo("UTF-8\n");
    assertThat(sourced(List.of("LC_ALL=POSIX"), "locale charmap").orFail()).isEqualTo("UTF-8\n");
  }

  @Test
  void scriptsKeepALocaleThatKnowsAllNames() throws IOException {
    assertThat(sourced(List.of("LANG=C.UTF-8"), "echo \"${LC_ALL-none}\"").orFail())
        .isEqualTo("none\n");
  }

  @Test
  void jdkOfTheRightChecksumIsUnpackedWhole() throws IOException {
    byte[] archive = jdkArchive();
    offer(archive);
    Path half = Files.createDirectories(temp.resolve("cache/jdk.next/jdk/bin"));
    Files.createFile(half.resolve("javac")); // of a download that was killed
    assertThat(download(sha256(archive)).exitCode()).isZero();
    assertThat(temp.resolve("cache/jdk/bin/javac")).isExecutable();
    assertThat(temp.resolve("cache/jdk/bin/jlink")).isExecutable();
    assertThat(temp.resolve("cache/jdk.next")).doesNotExist();
    Files.delete(offered()); // it is there now: nothing is downloaded again
    assertThat(download(sha256(archive)).exitCode()).isZero();
  }

  @Test
  void jdkThatWasChangedOnTheWayIsNotUnpacked() throws IOException {
    byte[] archive = jdkArchive();
    byte[] changed = archive.clone();
    changed[changed.length / 2] ^= 1;
    offer(changed);
    assertRefused(download(sha256(archive)), "has SHA-256 " + sha256(changed) + "; expected ");
  }

  @Test
  void jdkThatWasCutOffIsNotUnpacked() throws IOException {
    byte[] archive = jdkArchive();
    offer(Arrays.copyOf(archive, archive.length - 1));
    assertRefused(download(sha256(archive)), "; expected " + sha256(archive) + ": it is not used");
  }

  @Test
  void jdkThatIsNotThereIsSaidToBeMissing() throws IOException {
    assertRefused(download(sha256(new byte[0])), "it cannot be downloaded; install one and set");
  }

  private void assertRefused(Result download, String why) {
    assertThat(download.exitCode()).isEqualTo(1);
    assertThat(download.stderr()).contains(why);
    assertThat(temp.resolve("cache/jdk")).doesNotExist();
    assertThat(temp.resolve("cache/jdk.next")).doesNotExist();
  }

  /// What looks like a JDK, packed as the vendor packs it.
  private byte[] jdkArchive() throws IOException {
    Path bin = Files.createDirectories(temp.resolve("jdk-25/bin"));
    for (String program : new String[] {"javac", "jlink"}) {
      Files.writeString(bin.resolve(program), "#!/bin/sh\n");
      Files.setPosixFilePermissions(
          bin.resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.writeString(temp.resolve("jdk-25/release"), "JAVA_VERSION=\"25.0.3\"\n");
    String packed = temp.resolve("packed").toString();
    Programs.run(PATIENCE, List.of("tar", "-czf", packed, "-C", temp.toString(), "jdk-25"))
        .orFail();
    return Files.readAllBytes(Path.of(packed));
  }

  /// Puts an archive where the vendor has it.
  private void offer(byte[] archive) throws IOException {
    Files.createDirectories(offered().getParent());
    Files.write(offered(), archive);
  }

  private Path offered() {
    String machine = System.getProperty("os.arch").equals("amd64") ? "x64" : "aarch64";
    return temp.resolve("jdk-1+2/linux/" + machine + "/jdk/hotspot/normal/eclipse");
  }

  private Result download(String sum) throws IOException {
    String script =
        "jdk_vendor=file://%s jdk_release=1+2 jdk_sha256_x64=%s jdk_sha256_aarch64=%s; download_jdk %s/cache/jdk"
            .formatted(temp, sum, sum, temp);
    return sourced(List.of(), script);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// Runs a script behind the shared part.
  private static Result sourced(List<String> environment, String script) throws IOException {
    List<String> line = new ArrayList<>(List.of("env", "-i", "PATH=" + System.getenv("PATH")));
    line.addAll(environment);
    line.addAll(
        List.of(
            "bash",
            "-euc",
            "cd \"$1\"; . scripts/toolchain.sh; " + script,
            "x",
            CHECKOUT.toString()));
    return Programs.run(PATIENCE, line);
  }
}
