package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `src/test/python/nameserver.py`, running at a [Site] and ended with it.
///
/// @param log what it was asked: `udp A web.example 10.0.0.1`
public record Nameserver(Path log, int udpPort, int tcpPort) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Starts one.
  ///
  /// @param kind `plain`, or `stub` for one that hears loopback only, as systemd-resolved does
  /// @param port of UDP and TCP, 0 for any two
  /// @param zone `name=address` or `name=address*count`
  public static Nameserver start(Site site, String kind, String address, int port, String... zone)
      throws IOException {
    Path log = Target.scratch().resolve("questions");
    List<String> line = new ArrayList<>(List.of("python3", Target.python("nameserver").toString()));
    line.addAll(List.of(log.toString(), address, "" + port, "" + port, kind));
    for (String entry : zone) {
      line.add("'" + entry + "'");
    }
    site.start(String.join(" ", line));
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(log) || !Files.readString(log).endsWith("\n")) {
      assertThat(System.nanoTime()).as("name server at %s", address).isLessThan(end);
      Node.pause(20);
    }
    String[] ready = Files.readString(log).strip().split(" ");
    return new Nameserver(log, Integer.parseInt(ready[1]), Integer.parseInt(ready[2]));
  }

  /// Questions since the start, one a line.
  public String questions() throws IOException {
    return Files.readString(log);
  }
}
