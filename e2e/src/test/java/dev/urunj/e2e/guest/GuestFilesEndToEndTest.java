package dev.urunj.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.GuestImage;
import dev.urunj.e2e.stage.GuestShell;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Site;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Files that engines mount into containers.
@EndToEnd
class GuestFilesEndToEndTest {
  private static final String RESOLVER =
      """
      search pods.svc.cluster.local svc.cluster.local
      nameserver 10.96.0.10
      nameserver fd00::10
      options ndots:5 timeout:1
      """;
  private static final String HOSTS = "127.0.0.1 localhost\n10.9.1.2 web-0.web web-0\n";
  private static final String SHOW =
      """
      cat /etc/resolv.conf /etc/hosts /opt/one.conf
      ping -c 1 -W 1 web-0 | head -n 1
      cd /etc/config; for f in *; do echo "config $f $(readlink $f) $(cat $f)"; done
      readlink ..data
      stat -c '%A %u:%g %n' /etc/secret /etc/secret/password /etc/secret/deep/key
      cat /etc/secret/password /etc/secret/deep/key
      touch /etc/secret/new 2>&1; touch /data/new && echo writable
      cat "/data/a b/ü"
      echo end of files
      """;

  @Test
  void filesAndDirectoriesOfBindMountsReachTheGuest() throws Exception {
    Path initrd = GuestImage.linuxWeb().resolve("unikernel/initrd");
    String before = sha256(initrd);
    try (Node node = Node.start();
        Urunj urunj = Urunj.on(node)) {
      Path files = Target.scratch();
      BundleBuilder bundle =
          BundleBuilder.linuxWeb(node.pod("files", PodSpec.number(1)))
              .args("/bin/sh", "-c", SHOW)
              .mount("/etc/resolv.conf", write(files, "resolv.conf", RESOLVER, "rw-r--r--"), "rw")
              .mount("/etc/hosts", write(files, "hosts", HOSTS, "rw-r--r--"), "rw")
              .mount("/opt/one.conf", write(files, "one", "one file\n", "rw-r--r--"), "ro")
              .mount("/etc/config", configMap(files.resolve("config")), "ro")
              .mount("/etc/secret", secret(files.resolve("secret")), "ro")
              .mount("/data", data(files.resolve("data")), "rw");
      Container guest = urunj.create(bundle).start();
      guest.awaitConsole("end of files", Duration.ofSeconds(40));
      assertThat(guest.console())
          .contains(RESOLVER + HOSTS, "pod-localhost\none file\n")
          .contains("PING web-0 (10.9.1.2)")
          .contains("config colour ..data/colour blue\n")
          .contains("config size ..data/size 4\n")
          .contains("..2026_01_01\n")
          .contains("drwx------ 1000:1000 /etc/secret\n")
          .contains("-r-------- 1000:1000 /etc/secret/password\n")
          .contains("-rw-r----- 0:0 /etc/secret/deep/key\n")
          .contains("s3cret\n-----BEGIN")
          .contains("touch: /etc/secret/new: Read-only file system\n")
          .contains("writable\n")
          .contains("umlaut\n");
      guest.end();
      assertThat(files.resolve("data/new")).as("the guest has a copy").doesNotExist();
    }
    assertThat(sha256(initrd)).as("the image's own initrd").isEqualTo(before);
  }

  private static final String MAKE_ODD =
      """
      touch "$(printf 'new\\nline')" "$(printf 'inv\\377alid')" ..foo "$(printf '\\001\\033')" 'TRAILER!!!'
      echo long >"$(printf 'x%.0s' $(seq 255))"
      echo a >hard; ln hard hard2; truncate -s 1M sparse; echo end >>sparse
      echo s >setuid; chmod 4755 setuid; echo 0 >none; chmod 0 none; echo o >owner; chown 1234:4321 owner
      mkdir -m 1777 sticky; mkdir -m 2750 setgid; mkdir empty
      ln -s hard link; ln -s /etc/passwd absolute; ln -s no/where dangling; ln -s . self; ln -s ../.. up
      ln -s self loop; ln -s "$(printf 'x%.0s' $(seq 4000))" long
      """;

  /// By the same program on both sides; in base64, because not all of it is text.
  private static final String LIST =
      """
      find . -print0 | LC_ALL=C busybox sort -z | xargs -0 -n 1 sh -c 'printf "%s " "$0"
      busybox stat -c "%a %u %g %F" "$0"; if [ -L "$0" ]; then readlink "$0"
      elif [ -f "$0" ]; then busybox sha256sum <"$0"; fi' | busybox base64 | tr -d '\\n'
      """;

  @Test
  void oddNamesAndKindsOfFilesArriveAsTheyAre() throws Exception {
    Path files = Target.scratch();
    try (Node node = Node.start();
        Urunj urunj = Urunj.on(node)) {
      node.sh("cd " + files + "\n" + MAKE_ODD);
      Pod pod = node.pod("odd", PodSpec.number(1));
      Container guest =
          urunj.create(GuestShell.in(pod).mount("/data", files.toString(), "ro")).start();
      GuestShell shell = new GuestShell(Site.of(node), "http://" + pod.address()).await(guest);
      String here = node.sh("cd " + files + "\n" + LIST);
      assertThat(text(here)).contains("TRAILER!!! ", "4755 0 0 regular file", "1234 4321");
      assertThat(text(shell.sh("cd /data\n" + LIST))).isEqualTo(text(here));
      guest.end();
    }
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.ISO_8859_1);
  }

  /// As a kubelet writes it: every name is a link through `..data`.
  private static String configMap(Path directory) throws IOException {
    Path version = Files.createDirectories(directory.resolve("..2026_01_01"));
    write(version, "colour", "blue", "rw-r--r--");
    write(version, "size", "4", "rw-r--r--");
    Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_01_01"));
    Files.createSymbolicLink(directory.resolve("colour"), Path.of("..data/colour"));
    Files.createSymbolicLink(directory.resolve("size"), Path.of("..data/size"));
    return directory.toString();
  }

  private static String secret(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("deep"));
    String password = write(directory, "password", "s3cret\n", "r--------");
    write(directory.resolve("deep"), "key", "-----BEGIN\n", "rw-r-----");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    for (Path path : new Path[] {directory, Path.of(password)}) {
      Files.setAttribute(path, "unix:uid", 1000);
      Files.setAttribute(path, "unix:gid", 1000);
    }
    return directory.toString();
  }

  private static String data(Path directory) throws IOException {
    write(Files.createDirectories(directory.resolve("a b")), "ü", "umlaut\n", "rw-r--r--");
    return directory.toString();
  }

  private static String write(Path directory, String name, String text, String mode)
      throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file.toString();
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
