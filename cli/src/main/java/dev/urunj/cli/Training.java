package dev.urunj.cli;

import com.google.gson.JsonParser;
import dev.urunj.cli.cni.Loopback;
import dev.urunj.runtime.host.Caller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The run from which `lib/train` makes the archive of classes: the commands of one container's
/// life, `netns` and the CNI plugin, in one JVM, so that what they load is in it. Not a command:
/// nothing but that script calls it.
///
/// The low-level runtime is a stand-in that starts no container. Commands that fail without root or
/// without a monitor train as far as they get. The tests decide whether the commands are right.
final class Training {
  private static final Caller CALLER = Main.caller();

  private Training() {}

  /// Trains. The first container has a namespace of its own and is killed while it waits for start;
  /// the second is in a pod's and its start fails, because the stand-in for its monitor never
  /// answers; the third and the fourth likewise, with the pod fabric and with the static network
  /// where the kernel takes them.
  ///
  /// @param args a scratch directory, the directory with the training bundle and the stand-in, and,
  ///   where there is one, a pod's network namespace
  public static void main(String[] args) throws IOException {
    Path scratch = CALLER.path(args[0]);
    Path input = CALLER.path(args[1]);
    Files.createDirectories(scratch);
    String root = scratch.resolve("root").toString();
    String log = scratch.resolve("log.json").toString();
    List<String> global = List.of("--root", root, "--log", log, "--log-format", "json");
    run(List.of("--version"));
    run(List.of("features"));

    // As a monitor's answers are read; the stand-in for it gives none.
    CALLER.streams().err().println("trained: " + JsonParser.parseString("{\"return\":{}}"));
    String own = copyBundle(input, scratch.resolve("own"), null).toString();
    run(global, "create", "--bundle", own, "--pid-file", scratch + "/pid", "own");
    run(global, "list");
    run(global, "kill", "own", "KILL");
    run(global, "delete", "own");

    String pod = copyBundle(input, scratch.resolve("pod"), args.length > 2 ? args[2] : null) + "";
    live(global, "pod", pod, scratch);
    String fabric =
        copyBundle(input, scratch.resolve("fabric"), args.length > 2 ? args[2] : null) + "";
    annotate(Path.of(fabric, "config.json"), "dev.urunj.network.mode", "auto");
    live(global, "fabric", fabric, scratch);
    String apart =
        copyBundle(input, scratch.resolve("apart"), args.length > 2 ? args[2] : null) + "";
    annotate(Path.of(apart, "config.json"), "dev.urunj.network.mode", "static");
    live(global, "apart", apart, scratch);

    String given = args.length > 2 ? args[2] : "/proc/self/ns/net";
    run(global, "netns", "pin", "trained", given);
    run(global, "netns", "verify", "trained");
    run(global, "netns", "list");
    run(global, "netns", "remove", "trained");
    plugin("VERSION", root, given);
    plugin("ADD", root, given);
    plugin("CHECK", root, given);
    plugin("DEL", root, given);
  }

  private static void live(List<String> global, String id, String bundle, Path scratch) {
    run(global, "create", "--bundle", bundle, "--pid-file", scratch + "/pid", id);
    run(global, "state", id);
    run(global, "start", id);
    run(global, "kill", id, "15");
    run(global, "kill", id, "KILL");
    run(global, "state", id);
    run(global, "delete", id);
  }

  private static void annotate(Path config, String key, String value) throws IOException {
    String begin = "\"annotations\": {";
    String text = Files.readString(config);
    Files.writeString(config, text.replace(begin, begin + "\"" + key + "\": \"" + value + "\", "));
  }

  private static void plugin(String command, String root, String netns) {
    String configuration =
        "{\"cniVersion\":\"1.0.0\",\"name\":\"trained\",\"type\":\"loopback\",\"root\":\""
            + root
            + "\"}";
    Map<String, String> environment =
        Map.of(
            "CNI_COMMAND",
            command,
            "CNI_CONTAINERID",
            "trained",
            "CNI_NETNS",
            netns,
            "CNI_IFNAME",
            "lo");
    InputStream input = new ByteArrayInputStream(configuration.getBytes(StandardCharsets.UTF_8));
    StringBuilder answer = new StringBuilder();
    int code = Loopback.run(environment, CALLER.node().guard(), input, answer);
    CALLER.streams().err().println("trained: loopback " + command + " = " + code + " " + answer);
  }

  private static Path copyBundle(Path input, Path bundle, @Nullable String netns)
      throws IOException {
    Files.createDirectories(bundle.resolve("rootfs"));
    for (String name : new String[] {"config.json", "rootfs/kernel", "rootfs/initrd"}) {
      Files.copy(input.resolve(name), bundle.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    if (netns != null) {
      Path config = bundle.resolve("config.json");
      String network = "\"type\": \"network\"";
      String text = Files.readString(config);
      Files.writeString(config, text.replace(network, network + ", \"path\": \"" + netns + "\""));
    }
    return bundle;
  }

  private static void run(List<String> global, String... command) {
    List<String> words = new java.util.ArrayList<>(global);
    words.addAll(List.of(command));
    run(words);
  }

  private static void run(List<String> words) {
    int code = Main.run(words);
    CALLER.streams().err().println("trained: " + String.join(" ", words) + " = " + code);
  }
}
