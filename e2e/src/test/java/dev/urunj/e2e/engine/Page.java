package dev.urunj.e2e.engine;

import dev.urunj.e2e.stage.Node;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;

/// The page of the web server in [OciArchive#WEB]: addresses, routes and variables of the guest.
final class Page {
  private static final Duration BOOT = Duration.ofSeconds(60);

  private Page() {}

  /// Asks from the node until the guest answers.
  ///
  /// @param authority address, or address and port
  /// @throws AssertionError with the console, when a minute is over
  static String await(Node node, String authority, Console console) throws IOException {
    long end = System.nanoTime() + BOOT.toNanos();
    while (true) {
      Result result =
          node.run("curl", "-sSf", "-m", "3", "http://" + authority + "/cgi-bin/index.cgi");
      if (result.exitCode() == 0) {
        return result.stdout();
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "no page from " + authority + ": " + result.stderr() + "\n" + console.text());
      }
      Node.pause(100);
    }
  }

  /// Where to read the guest's console.
  interface Console {
    String text() throws IOException;
  }
}
