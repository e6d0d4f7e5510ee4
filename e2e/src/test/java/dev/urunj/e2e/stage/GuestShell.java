package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/// A guest that runs what it is sent by HTTP, so that one boot serves many questions.
///
/// @param site from where it is asked
/// @param url of the guest's web server, without a slash at the end
public record GuestShell(Site site, String url) {
  private static final Duration BOOT = Duration.ofSeconds(90);
  private static final String CGI = "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n";
  private static final String RUN =
      CGI
          + "head -c \"$CONTENT_LENGTH\" >/tmp/script.$$\n"
          + "sh /tmp/script.$$ 2>&1\necho \"exit $?\"\n";
  private static final String DIGEST = CGI + "head -c \"$CONTENT_LENGTH\" | sha256sum\n";
  private static final String INDEX = CGI + "echo \"hostname: $(hostname)\"\n";

  /// The image of [GuestImage#linuxWeb] with such programs.
  public static BundleBuilder in(Pod pod) throws IOException {
    Path programs = Target.scratch();
    write(programs, "run", RUN);
    write(programs, "digest", DIGEST);
    write(programs, "index.cgi", INDEX);
    return BundleBuilder.linuxWeb(pod).mount("/srv/www/cgi-bin", programs.toString(), "ro");
  }

  private static void write(Path directory, String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// Waits until the guest of a container answers.
  public GuestShell await(Container container) throws IOException {
    long end = System.nanoTime() + BOOT.toNanos();
    while (true) {
      Result page = site.get(url + "/");
      if (page.exitCode() == 0 && page.stdout().contains("hostname: web")) {
        return this;
      }
      if (System.nanoTime() > end || !container.isAlive()) {
        throw new AssertionError(
            "no HTTP from " + url + ": " + page.stderr() + "\n" + container.console());
      }
      Node.pause(100);
    }
  }

  /// Runs a script in the guest, which must succeed; what it says on both outputs.
  public String sh(String script) throws IOException {
    Result ran =
        site.run(
            "curl",
            "-gsS",
            "-m",
            "60",
            "-H",
            "Expect:",
            "--data-binary",
            script,
            url + "/cgi-bin/run");
    assertThat(ran.orFail()).as("in the guest: %s", script).endsWith("exit 0\n");
    return ran.stdout().substring(0, ran.stdout().length() - "exit 0\n".length());
  }

  /// Sends megabytes in and takes megabytes out, which arrive whole.
  public void exchange(int bytes) throws IOException {
    String made = sh("head -c " + bytes + " /dev/urandom >/srv/www/big; sha256sum </srv/www/big");
    assertThat(site.sh("curl -gsSf -m 60 " + url + "/big | sha256sum")).isEqualTo(made);
    String upload = "/run/upload-" + site.name();
    String sent =
        site.sh("head -c " + bytes + " /dev/urandom >" + upload + "; sha256sum <" + upload);
    String received =
        site.sh(
            "curl -gsSf -m 60 -H Expect: --data-binary @"
                + upload
                + " "
                + url
                + "/cgi-bin/digest; rm "
                + upload);
    assertThat(received).isEqualTo(sent);
  }
}
