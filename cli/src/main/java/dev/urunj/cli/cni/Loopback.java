package dev.urunj.cli.cni;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.runtime.netns.Attachment;
import dev.urunj.runtime.netns.LoopbackAttachments;
import dev.urunj.runtime.netns.NamespaceGuard;
import dev.urunj.runtime.netns.RecordedIdentity;
import dev.urunj.runtime.netns.Sighting;
import dev.urunj.runtime.oci.Json;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The CNI plugin `loopback`, versions 0.3.1 to 1.1.0 of the specification: it sets a pod's `lo` up
/// and, in the very namespace where it did so, down again. It cannot reach the node's `lo`.
///
/// Standard output is the result and nothing else; nothing is written to standard error.
public final class Loopback {
  private static final int LIMIT = 4 << 20;
  private static final String INTERFACE = "lo";

  private final CniEnvironment environment;
  private final NetworkConfiguration configuration;
  private final CniVersion version;
  private final NamespaceGuard guard;

  private Loopback(
      CniEnvironment environment,
      NetworkConfiguration configuration,
      CniVersion version,
      NamespaceGuard guard) {
    this.environment = environment;
    this.configuration = configuration;
    this.version = version;
    this.guard = guard;
  }

  /// One call of the plugin; see `dev.urunj.cli.Main` for why it halts.
  public static void main(String[] args) throws IOException {
    StringBuilder answer = new StringBuilder();
    NamespaceGuard guard = new NamespaceGuard(Path.of("/proc/self"));
    int code = run(System.getenv(), guard, new FileInputStream(FileDescriptor.in), answer);
    new FileOutputStream(FileDescriptor.out)
        .write(answer.toString().getBytes(StandardCharsets.UTF_8));
    Runtime.getRuntime().halt(code);
  }

  /// Does what the environment says.
  ///
  /// @param guard knows the node's own network namespace
  /// @param input the network configuration
  /// @param answer receives what the caller is to read: one JSON object or nothing
  /// @return the exit code
  public static int run(
      Map<String, String> environment,
      NamespaceGuard guard,
      InputStream input,
      StringBuilder answer) {
    String version = CniVersion.newest().text();
    try {
      CniEnvironment parameters = new CniEnvironment(environment);
      String command = parameters.command();
      String text = read(input);
      if (command.equals("VERSION")) {
        answer.append(CniVersion.answer(versionIn(text))).append('\n');
        return 0;
      }
      NetworkConfiguration configuration = NetworkConfiguration.parse(text);
      CniVersion spoken = CniVersion.of(configuration.versionText());
      version = spoken.text();
      JsonObject result = new Loopback(parameters, configuration, spoken, guard).run(command);
      if (result != null) {
        answer.append(Json.indented(result)).append('\n');
      }
      return 0;
    } catch (CniException e) {
      return fail(e, version, answer);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      return fail(new CniException(CniException.IO_FAILURE, message, ""), version, answer);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      return fail(new CniException(CniException.INTERNAL, e.toString(), ""), version, answer);
    }
  }

  private @Nullable JsonObject run(String command) throws CniException, IOException {
    return switch (command) {
      case "ADD" -> add();
      case "CHECK" -> check();
      case "DEL" -> delete();
      case "GC" -> collect();
      case "STATUS" -> status();
      default ->
          throw CniEnvironment.invalid(
              "CNI_COMMAND", command, "ADD, CHECK, DEL, GC, STATUS or VERSION");
    };
  }

  private JsonObject add() throws CniException, IOException {
    Attachment attachment = attachment(configuration.name());
    Path path = environment.namespace();
    JsonObject previous = configuration.previousResult();
    List<InterfaceAddress> addresses;
    try (Sighting sighting = usable(path)) {
      addresses = attachments().add(attachment, sighting.usable());
    }
    if (previous == null) {
      return result(path, addresses);
    }
    previous.addProperty("cniVersion", version.text());
    return previous;
  }

  private @Nullable JsonObject check() throws CniException, IOException {
    if (!version.hasCheck()) {
      throw unknownTo("CHECK");
    }
    Attachment attachment = attachment(configuration.name());
    try (Sighting sighting = usable(environment.namespace())) {
      RecordedIdentity recorded = attachments().recorded(attachment);
      if (recorded != null && !recorded.namespace().isSameAs(sighting.usable().identity())) {
        throw new CniException(
            CniException.CHECK_FAILED,
            "CNI_NETNS is another network namespace than the one of ADD",
            sighting.reason());
      }
      if (!LoopbackAttachments.isUp(sighting.usable())) {
        throw new CniException(CniException.CHECK_FAILED, "loopback interface is down", "");
      }
    }
    return null;
  }

  private @Nullable JsonObject delete() throws CniException, IOException {
    attachments().remove(attachment(""), environment.namespaceIfAny());
    return null;
  }

  private @Nullable JsonObject collect() throws CniException, IOException {
    if (!version.hasStatusAndCollection()) {
      throw unknownTo("GC");
    }
    attachments().collect(configuration.name(), configuration.validAttachments());
    return null;
  }

  /// Ready whenever it can be executed: it waits for no other program.
  private @Nullable JsonObject status() throws CniException {
    if (!version.hasStatusAndCollection()) {
      throw unknownTo("STATUS");
    }
    return null;
  }

  private CniException unknownTo(String command) {
    return new CniException(
        CniException.INCOMPATIBLE_VERSION,
        "config version does not allow " + command,
        "config is \"" + version.text() + "\"");
  }

  private Attachment attachment(String network) throws CniException {
    return new Attachment(network, environment.containerId(), environment.interfaceName());
  }

  private LoopbackAttachments attachments() throws CniException {
    return new LoopbackAttachments(configuration.root(), guard);
  }

  private Sighting usable(Path path) throws CniException, IOException {
    Sighting sighting = Sighting.of(guard, path);
    if (sighting.isUsable()) {
      return sighting;
    }
    try (sighting) {
      throw new CniException(
          CniException.INVALID_ENVIRONMENT,
          "CNI_NETNS names no network namespace of a pod",
          sighting.reason());
    }
  }

  /// Interfaces and addresses as the reference plugin gives them: one address of each family.
  private JsonObject result(Path path, List<InterfaceAddress> addresses) {
    JsonObject loopback = new JsonObject();
    loopback.addProperty("name", INTERFACE);
    loopback.addProperty("mac", "00:00:00:00:00:00");
    loopback.addProperty("sandbox", path.toString());
    JsonArray interfaces = new JsonArray();
    interfaces.add(loopback);
    JsonArray ips = new JsonArray();
    addFirst(ips, addresses, "4");
    addFirst(ips, addresses, "6");
    JsonObject json = new JsonObject();
    json.addProperty("cniVersion", version.text());
    json.add("interfaces", interfaces);
    json.add("ips", ips);
    json.add("dns", new JsonObject());
    return json;
  }

  private void addFirst(JsonArray ips, List<InterfaceAddress> addresses, String family) {
    for (InterfaceAddress one : addresses) {
      InetAddress address = one.address();
      if (address.isLoopbackAddress() && family.equals(familyOf(address))) {
        JsonObject json = new JsonObject();
        if (version.namesFamilies()) {
          json.addProperty("version", family);
        }
        json.addProperty("interface", 0);
        json.addProperty("address", text(address) + "/" + one.prefixLength());
        ips.add(json);
        return;
      }
    }
  }

  private static String familyOf(InetAddress address) {
    return address instanceof Inet4Address ? "4" : "6";
  }

  /// IPv6 has one loopback address only, which Java writes in full.
  private static String text(InetAddress address) {
    return address instanceof Inet4Address ? address.getHostAddress() : "::1";
  }

  /// `VERSION` answers every question, because the caller may know only newer versions.
  private static String versionIn(String text) {
    try {
      return text.isBlank()
          ? CniVersion.newest().text()
          : NetworkConfiguration.parse(text).versionText();
    } catch (CniException _) {
      return CniVersion.newest().text();
    }
  }

  private static String read(InputStream input) throws CniException, IOException {
    byte[] bytes = input.readNBytes(LIMIT + 1);
    if (bytes.length > LIMIT) {
      throw new CniException(
          CniException.UNDECODABLE,
          "network configuration: is too large",
          "expected at most " + LIMIT + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int fail(CniException failure, String version, StringBuilder answer) {
    answer.append(Json.indented(failure.toJson(version))).append('\n');
    return 1;
  }
}
