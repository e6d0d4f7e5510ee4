package dev.urunj.e2e.stage;

import dev.urunj.testkit.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What a test has serving on its node and in its pods, until it ends them.
public final class Servers {
  private final List<Long> pids = new ArrayList<>();

  /// Where a server runs: a node or a pod.
  public interface Place {
    Result run(String... command) throws IOException;
  }

  /// A web server that says one word. It answers when this returns.
  public void serve(Place place, String address, int port, String word) throws IOException {
    String directory = "/run/serve-" + word + port;
    place
        .run(
            "sh", "-ec", "mkdir " + directory + "; echo " + word + " >" + directory + "/index.html")
        .orFail();
    start(place, "python3 -m http.server -d " + directory + " -b " + address + " " + port);
    String url = "http://" + address.replace("0.0.0.0", "127.0.0.1") + ":" + port;
    String asked = "for i in $(seq 100); do curl -s " + url + " && exit; sleep 0.1; done; exit 1";
    place.run("sh", "-c", asked).orFail();
  }

  /// Any other one, which may not have begun to serve when this returns.
  public void start(Place place, String line) throws IOException {
    String started = "nohup " + line + " </dev/null >/dev/null 2>&1 & echo $!";
    pids.add(Long.parseLong(place.run("sh", "-ec", started).orFail().strip()));
  }

  public void end() {
    for (long pid : pids) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
