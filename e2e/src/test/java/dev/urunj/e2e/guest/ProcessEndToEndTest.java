package dev.urunj.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What holds for an OCI process holds for a guest's program.
@EndToEnd
class ProcessEndToEndTest {
  private static final Duration BOOT = Duration.ofSeconds(90);
  private static final BigInteger UNLIMITED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final String NET_BIND = "CAP_NET_BIND_SERVICE";

  @RegisterExtension final Stage stage = new Stage();

  /// The limits of setrlimit(2) in the order of /proc/self/limits, each with its line there.
  private static final List<String> LIMITS =
      List.of(
          "RLIMIT_CPU 100 200 Max cpu time 100 200 seconds",
          "RLIMIT_FSIZE 100000000 200000000 Max file size 100000000 200000000 bytes",
          "RLIMIT_DATA 500000000 600000000 Max data size 500000000 600000000 bytes",
          "RLIMIT_STACK 1048576 2097152 Max stack size 1048576 2097152 bytes",
          "RLIMIT_CORE 0 4096 Max core file size 0 4096 bytes",
          "RLIMIT_RSS 300000000 400000000 Max resident set 300000000 400000000 bytes",
          "RLIMIT_NPROC 500 600 Max processes 500 600 processes",
          "RLIMIT_NOFILE 12 600 Max open files 12 600 files",
          "RLIMIT_MEMLOCK 65536 131072 Max locked memory 65536 131072 bytes",
          "RLIMIT_AS 536870912 700000000 Max address space 536870912 700000000 bytes",
          "RLIMIT_LOCKS 10 20 Max file locks 10 20 locks",
          "RLIMIT_SIGPENDING 30 40 Max pending signals 30 40 signals",
          "RLIMIT_MSGQUEUE 819200 819201 Max msgqueue size 819200 819201 bytes",
          "RLIMIT_NICE 5 6 Max nice priority 5 6",
          "RLIMIT_RTPRIO 7 8 Max realtime priority 7 8");

  private static final String ASK_USER =
      """
      sed 's/  */ /g; s/ $//' /proc/self/limits
      echo "umask $(umask)"
      grep -E '^(Cap|NoNewPrivs)' /proc/self/status | tr '\\t' ' '
      echo "groups $(id -G | wc -w)"
      for f in stdout stderr console; do echo "opened $f" >/dev/$f; done
      cat /dev/stdin; echo "input $?"
      touch /x 2>&1; touch /bound/x 2>&1; /bound/run 2>&1
      echo one >/scratch/x && echo two >/run/x && cat /scratch/x /run/x
      stat -c '%a %n' /scratch /run /srv/www /fresh
      dd if=/dev/zero of=/scratch/big bs=64k count=32 2>&1 | grep -c 'No space'
      cat /scratch/below /srv/www/cgi-bin/index.cgi >/dev/null && readlink /etc/up/link && cat /etc/up/file
      ls /etc/up/file -l | cut -c 1-10
      grep -E ' /(scratch|fresh|dev/shm|bound) ' /proc/mounts | cut -d ' ' -f 2-4
      echo E''ND
      """;

  @Test
  void programOfAUserHasLimitsSetsStreamsAndMountsOfItsContainer() throws Exception {
    BundleBuilder bundle =
        BundleBuilder.linuxWeb(stage.pod("pod"))
            .user(1000, 1000)
            .args("/bin/sh", "-c", ASK_USER)
            .capabilities(List.of(NET_BIND, "CAP_CHOWN"), List.of(NET_BIND), List.of(NET_BIND))
            .rlimit("RLIMIT_RTTIME", 1000000, UNLIMITED)
            .edit(ProcessEndToEndTest::confine);
    for (String limit : LIMITS) {
      String[] words = limit.split(" ");
      bundle.rlimit(words[0], Long.valueOf(words[1]), Long.valueOf(words[2]));
    }
    mounts(bundle);
    Container guest = stage.urunj().create(bundle);
    Result started = guest.tryStart();
    started.orFail();
    guest.awaitConsole("END\n", BOOT);
    assertLimits(guest.console());
    assertThat(guest.console())
        .contains("umask 0077\n")
        .contains("CapInh: 0000000000000400\nCapPrm: 0000000000000400\n")
        .contains("CapEff: 0000000000000400\nCapBnd: 0000000000000401\nCapAmb: 0000000000000400\n")
        .contains("NoNewPrivs: 1\n")
        .contains("groups 301\n")
        .contains("opened stdout\nopened stderr\nopened console\ninput 0\n");
    assertMounts(guest.console());
    assertNotes(guest, started.stderr());
    assertThat(guest.exitStatus(BOOT)).isZero();
    guest.delete();
  }

  private static void confine(JsonObject spec) {
    JsonObject process = spec.getAsJsonObject("process");
    process.addProperty("noNewPrivileges", true);
    JsonObject user = process.getAsJsonObject("user");
    user.addProperty("umask", 077);
    JsonArray groups = new JsonArray();
    for (int group = 2000; group < 2300; group++) {
      groups.add(group);
    }
    user.add("additionalGids", groups);
    spec.getAsJsonObject("root").addProperty("readonly", true);
    JsonObject device = new JsonObject();
    device.addProperty("path", "/dev/myzero");
    device.addProperty("type", "c");
    device.addProperty("major", 1);
    device.addProperty("minor", 5);
    JsonArray devices = new JsonArray();
    devices.add(device);
    spec.getAsJsonObject("linux").add("devices", devices);
  }

  private static void mounts(BundleBuilder bundle) throws IOException {
    Path bound = Target.scratch();
    Path program = Files.writeString(bound.resolve("run"), "#!/bin/sh\necho ran\n");
    assertThat(program.toFile().setExecutable(true, false)).isTrue();
    Path up = Target.scratch();
    Files.writeString(up.resolve("file"), "of the image\n");
    Files.createSymbolicLink(up.resolve("link"), Path.of("file"));
    bundle
        .filesystem("/proc", "proc", "nosuid")
        .filesystem("/dev/shm", "tmpfs", "nosuid", "nodev", "mode=1777", "size=1m")
        .filesystem(
            "/scratch", "tmpfs", "nosuid", "nodev", "noexec", "size=1m", "mode=0770", "uid=1000")
        .mount("/scratch/below", program.toString(), "ro")
        .filesystem("/run", "tmpfs", "mode=1777")
        .filesystem("/fresh", "tmpfs", "ro")
        .filesystem("/srv/www", "tmpfs", "tmpcopyup", "ro")
        .mount("/etc/up", up.toString())
        .filesystem("/etc/up", "tmpfs", "tmpcopyup", "rprivate")
        .mount("/bound", bound.toString(), "rro", "noexec", "nosuid")
        .filesystem("/over", "overlay", "lowerdir=/a:/b");
  }

  private static void assertLimits(String console) {
    for (String limit : LIMITS) {
      String[] words = limit.split(" ", 4);
      assertThat(console).contains(words[3] + "\n");
    }
    assertThat(console).contains("Max realtime timeout 1000000 unlimited us\n");
  }

  private static void assertMounts(String console) {
    assertThat(console)
        .contains("touch: /x: Read-only file system\ntouch: /bound/x: Read-only file system\n")
        .contains("/bound/run: Permission denied\none\ntwo\n")
        .contains("770 /scratch\n1777 /run\n755 /srv/www\n1777 /fresh\n")
        .contains("\n1\nfile\nof the image\n-rw-r--r--\n")
        .contains("/dev/shm tmpfs rw,nosuid,nodev,relatime,size=1024k")
        .contains("/scratch tmpfs rw,nosuid,nodev,noexec,relatime,size=1024k,mode=770,uid=1000")
        .contains("/fresh tmpfs ro,relatime")
        .contains("/bound rootfs ro,nosuid,noexec");
  }

  private static void assertNotes(Container guest, String said) throws IOException {
    String overlay = "mount \"/over\" left out: a guest has no mounts of type \"overlay\"";
    String device = "device \"/dev/myzero\" left out: devices of the host are not the guest's";
    assertThat(said.replace("\\", "")).contains(overlay, device);
    assertThat(guest.state().getAsJsonObject("annotations").get("dev.urunj.notes").getAsString())
        .contains(overlay, device);
  }

  private static final String ASK_ROOT =
      """
      grep -E '^(Cap|NoNewPrivs)' /proc/self/status | tr '\\t' ' '
      grep 'open files' /proc/self/limits | tr -s ' '
      ls -l /proc/self/fd/0 | sed 's/.* -> /input /'
      cat; echo "cat $?"
      i=0; while [ $i -lt 300 ]; do echo "line $i whole"; echo '<4>noise of the kernel' >/dev/kmsg; i=$((i+1)); done
      """;

  @Test
  void rootWithoutCapabilitiesHasNoneAndReadsAnEndAndTheKernelKeepsOutOfItsLines()
      throws Exception {
    Container guest =
        stage
            .urunj()
            .create(
                BundleBuilder.linuxWeb(stage.pod("pod"))
                    .args("/bin/sh", "-c", ASK_ROOT)
                    .capabilities(List.of(), List.of(), List.of())
                    .rlimit("RLIMIT_NOFILE", 65536, 2_000_000)) // above fs.nr_open of the guest
            .start();
    assertThat(guest.exitStatus(BOOT)).as(guest.console()).isZero();
    String none = ": 0000000000000000\n";
    assertThat(guest.console())
        .contains("CapInh" + none + "CapPrm" + none + "CapEff" + none + "CapBnd" + none)
        .contains("NoNewPrivs: 0\n")
        .contains("Max open files 65536 2000000 files")
        .contains("input /dev/null\ncat 0\n")
        .doesNotContain("noise of the kernel");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      lines.append("line ").append(i).append(" whole\n");
    }
    assertThat(guest.console()).contains(lines);
    guest.delete();
  }

  /// What takes each back.
  private static final Map<String, String> CLEARED =
      Map.of(
          "rw",
          "ro",
          "suid",
          "nosuid",
          "dev",
          "nodev",
          "exec",
          "noexec",
          "async",
          "sync",
          "symfollow",
          "nosymfollow",
          "atime",
          "noatime",
          "diratime",
          "nodiratime");

  /// They show nothing: what a mount has without any word.
  private static final List<String> BY_ITSELF =
      List.of("relatime", "norelatime", "nostrictatime", "bind", "rbind", "tmpcopyup");

  @Test
  void everyMountOptionThatFeaturesNamesHoldsInAGuest() throws Exception {
    String features = stage.urunj().command("features").orFail();
    String[] names =
        JsonParser.parseString(features)
            .getAsJsonObject()
            .getAsJsonObject("annotations")
            .get("dev.urunj.guest.mountOptions")
            .getAsString()
            .split(",");
    assertThat(names).hasSizeGreaterThan(30).contains("rro", "rw", "noexec", "sync", "tmpcopyup");
    String ask = "grep -E ' /(bind|tmpfs)-' /proc/mounts | cut -d ' ' -f 2,4; echo E''ND";
    BundleBuilder bundle = BundleBuilder.linuxWeb(stage.pod("pod")).args("/bin/sh", "-c", ask);
    String source = Target.scratch().toString();
    for (String name : names) {
      String before = CLEARED.get(ofMount(name));
      String[] options = before == null ? new String[] {name} : new String[] {before, name};
      if (isForBind(name)) {
        bundle.mount("/bind-" + name, source, options);
      }
      if (isForTmpfs(name)) {
        bundle.filesystem("/tmpfs-" + name, "tmpfs", options);
      }
    }
    Container guest = stage.urunj().create(bundle).start();
    guest.awaitConsole("END\n", BOOT);
    for (String name : names) {
      String word = ofMount(name);
      if (isForTmpfs(name)) {
        assertOption(guest.console(), "/tmpfs-" + name, word);
      }
      if (isForBind(name)) {
        assertOption(guest.console(), "/bind-" + name, word);
      }
    }
    assertThat(guest.exitStatus(BOOT)).isZero();
    guest.delete();
  }

  /// Two are a file system's own, which a bind mount does not change, and one is tmpfs's.
  private static boolean isForBind(String name) {
    return !name.endsWith("sync") && !name.equals("tmpcopyup");
  }

  private static boolean isForTmpfs(String name) {
    return !name.endsWith("bind");
  }

  /// The word without the `r` that means everything below as well.
  private static String ofMount(String name) {
    String rest = name.substring(1);
    boolean known =
        CLEARED.containsKey(rest)
            || CLEARED.containsValue(rest)
            || rest.endsWith("relatime")
            || rest.endsWith("strictatime");
    return name.startsWith("r") && known ? rest : name;
  }

  private static void assertOption(String console, String place, String word) {
    String line =
        console.lines().filter(each -> each.startsWith(place + " ")).findFirst().orElse("");
    assertThat(line).as("%s in\n%s", place, console).isNotEmpty();
    List<String> shown = List.of(line.substring(place.length() + 1).split(","));
    if (CLEARED.containsKey(word)) {
      assertThat(shown).as(place).doesNotContain(CLEARED.get(word));
    } else if (word.equals("strictatime")) {
      assertThat(shown).as(place).doesNotContain("relatime", "noatime");
    } else if (BY_ITSELF.contains(word)) {
      assertThat(shown).as(place).contains("rw").doesNotContain("noatime");
    } else {
      assertThat(shown).as(place).contains(word);
    }
  }

  /// The paths and the filter are about a kernel that containers share. The monitor shares it, and
  /// has a filter of its own.
  @Test
  void filterAndPathsThatProtectASharedKernelAreNotTheGuests() throws Exception {
    String ask =
        "mkdir /made && echo made; head -c 5 /proc/version; echo; echo 1 >/proc/sys/vm/overcommit_memory"
            + " && echo written; echo E''ND; sleep 60";
    Container guest =
        stage
            .urunj()
            .create(
                BundleBuilder.linuxWeb(stage.pod("pod"))
                    .args("/bin/sh", "-c", ask)
                    .edit(ProcessEndToEndTest::protect))
            .start();
    guest.awaitConsole("END\n", BOOT);
    assertThat(guest.console()).contains("made\nLinux\nwritten\nEND\n");
    assertThat(Path.of("/proc/" + guest.pid() + "/status")).content().contains("Seccomp:\t2\n");
    guest.end();
  }

  private static void protect(JsonObject spec) {
    JsonObject linux = spec.getAsJsonObject("linux");
    linux.add("maskedPaths", JsonParser.parseString("[\"/proc/version\"]"));
    linux.add("readonlyPaths", JsonParser.parseString("[\"/proc/sys\"]"));
    linux.add(
        "seccomp",
        JsonParser.parseString(
            "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':"
                + "[{'names':['mkdir','mkdirat'],'action':'SCMP_ACT_ERRNO'}]}"));
  }

  @Test
  void whatNoProcessCanHaveIsRefusedAtCreate() throws Exception {
    assertRefused(
        BundleBuilder.linuxWeb(stage.pod("one")).rlimit("RLIMIT_FILES", 1, 2),
        "process.rlimits[0].type: is \"RLIMIT_FILES\"");
    assertRefused(
        BundleBuilder.linuxWeb(stage.pod("two")).rlimit("RLIMIT_NOFILE", 600, 500),
        "process.rlimits[0].soft: is 600 for RLIMIT_NOFILE; expected at most the hard limit, 500");
    assertRefused(
        BundleBuilder.linuxWeb(stage.pod("three"))
            .rlimit("RLIMIT_CPU", 1, 2)
            .rlimit("RLIMIT_CPU", 1, 2),
        "process.rlimits[1].type: RLIMIT_CPU is listed twice");
    assertRefused(
        BundleBuilder.linuxWeb(stage.pod("four")).rlimit("RLIMIT_CPU", -1, 2),
        "process.rlimits[0].soft: is \"-1\"; expected an integer from 0 to");
  }

  private void assertRefused(BundleBuilder bundle, String line) throws IOException {
    Container refused = stage.urunj().tryCreate(Target.unique(), bundle.build());
    assertThat(refused.awaitCreate(BOOT)).isEqualTo(1);
    assertThat(refused.stderr()).contains(line);
    stage.urunj().forget(refused);
  }
}
