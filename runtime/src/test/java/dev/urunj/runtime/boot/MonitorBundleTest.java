package dev.urunj.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.LaunchScript;
import dev.urunj.runtime.monitor.MonitorDevice;
import dev.urunj.runtime.monitor.MonitorFile;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.state.MonitorRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonitorBundleTest {
  private static final String SPEC =
      """
      {
        "ociVersion": "1.0.2",
        "hostname": "web",
        "process": {
          "terminal": true,
          "consoleSize": {"height": 25, "width": 80},
          "user": {"uid": 1000, "gid": 1001, "additionalGids": [5, 6]},
          "args": ["/bin/web", "--x"],
          "env": ["SECRET=1"],
          "cwd": "/srv",
          "capabilities": {"bounding": ["CAP_SYS_ADMIN"], "ambient": ["CAP_SYS_ADMIN"]},
          "noNewPrivileges": false,
          "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 9, "soft": 8}],
          "oomScoreAdj": 7,
          "apparmorProfile": "cri",
          "selinuxLabel": "label"
        },
        "root": {"path": "rootfs", "readonly": false},
        "mounts": [{"destination": "/data", "type": "bind", "source": "/srv", "options": ["rbind"]}],
        "hooks": {"createRuntime": [{"path": "/hook"}], "poststop": [{"path": "/stop"}]},
        "annotations": {"run.oci.handler": "krun", "run.oci.x": "y", "io.kubernetes.x": "z"},
        "linux": {
          "namespaces": [{"type": "pid"}, {"type": "network", "path": "/run/netns/x"}],
          "cgroupsPath": "/pod/c",
          "sysctl": {"net.ipv4.ip_forward": "1"},
          "seccomp": {"defaultAction": "SCMP_ACT_ERRNO"},
          "maskedPaths": ["/proc/x"],
          "devices": [{"path": "/dev/fuse", "type": "c", "major": 10, "minor": 229}],
          "resources": {
            "memory": {"limit": 134217728, "swap": 134217728, "reservation": 1},
            "cpu": {"quota": 5, "period": 10},
            "devices": [{"allow": true, "access": "rwm"}]
          }
        }
      }
      """;

  @TempDir Path temp;

  private boolean hasOwnFilter = true;
  private List<String> argv = LaunchScript.ARGV;

  @Test
  void monitorHasNoCapabilityAndGetsNoNewOne() throws IOException {
    JsonObject process = config(SPEC, "tcg").getAsJsonObject("process");
    assertThat(process.getAsJsonObject("capabilities").isEmpty()).isTrue();
    assertThat(process.get("noNewPrivileges").getAsBoolean()).isTrue();
  }

  @Test
  void nothingOfTheWorkloadReachesTheMonitor() throws IOException {
    JsonObject config = config(SPEC, "tcg");
    JsonObject process = config.getAsJsonObject("process");
    assertThat(process.get("args")).hasToString("[\"/bin/sh\",\"/launch\"]");
    assertThat(process.get("cwd").getAsString()).isEqualTo("/");
    assertThat(process.get("env"))
        .hasToString("[\"PATH=/usr/sbin:/usr/bin:/sbin:/bin\",\"URUNJ_CONTAINER=1:2:/state\"]");
    assertThat(config.toString()).doesNotContain("SECRET", "/bin/web", "/data", "fuse");
  }

  @Test
  void userAndLabelsHoldForTheMonitorAndLimitsDoNot() throws IOException {
    JsonObject process = config(SPEC, "tcg").getAsJsonObject("process");
    assertThat(process.get("user"))
        .isEqualTo(json("{\"uid\":1000,\"gid\":1001,\"additionalGids\":[5,6]}"));
    assertThat(process.keySet())
        .contains("oomScoreAdj", "apparmorProfile", "selinuxLabel", "consoleSize")
        .doesNotContain("rlimits");
    assertThat(process.get("terminal").getAsBoolean()).isTrue();
  }

  @Test
  void rootIsReadOnlyAndEveryBindToo() throws IOException {
    JsonObject config = config(SPEC, "tcg");
    assertThat(config.get("root")).isEqualTo(json("{\"path\":\"rootfs\",\"readonly\":true}"));
    for (JsonElement mount : config.getAsJsonArray("mounts")) {
      JsonObject object = mount.getAsJsonObject();
      if (object.get("type").getAsString().equals("bind")) {
        assertThat(texts(object.getAsJsonArray("options"))).contains("ro", "nosuid", "nodev");
      }
    }
    assertThat(temp.resolve("bundle/rootfs/lib")).isSymbolicLink();
  }

  /// Only the modes are looked at here: the umask of a JVM cannot be changed for a test. See
  /// `UmaskEndToEndTest`.
  @Test
  void rootHasAPlaceForEveryMount() throws IOException {
    JsonObject config = config(SPEC, "tcg");
    Path root = temp.resolve("bundle/rootfs");
    for (JsonElement mount : config.getAsJsonArray("mounts")) {
      String destination = mount.getAsJsonObject().get("destination").getAsString();
      assertThat(root.resolve(destination.substring(1))).exists();
    }
    assertThat(root.resolve("guest/kernel")).isEmptyFile();
    assertThat(root.resolve("usr/lib")).isEmptyDirectory();
    for (String directory : new String[] {"", "guest", "usr", "usr/lib", "proc", "dev"}) {
      assertThat(Files.getPosixFilePermissions(root.resolve(directory)))
          .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /// A link of the host may be absolute, and then leads out of the monitor's root.
  @Test
  void nothingIsMadeBehindALink() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Path root = temp.resolve("root");
    JsonArray mounts =
        JsonParser.parseString(
                "[{\"destination\":\"/lib/q/bin\",\"type\":\"bind\",\"source\":\"/usr/lib\"}]")
            .getAsJsonArray();
    MonitorRoot.make(root, List.of(new MonitorFile.Link("/lib", outside.toString())), mounts);
    assertThat(outside).isEmptyDirectory();
    assertThat(root.resolve("lib")).isSymbolicLink();
  }

  @Test
  void networkNamespaceIsThePinAndThereIsAlwaysAMountNamespace() throws IOException {
    assertThat(namespaces(SPEC)).containsExactly("pid", "mount", "network=/pin");
    assertThat(namespaces(with("namespaces", "[{\"type\":\"mount\"},{\"type\":\"user\"}]")))
        .containsExactly("mount", "user", "network=/pin");
    assertThat(namespaces(with("namespaces", "null"))).containsExactly("mount", "network=/pin");
  }

  @Test
  void memoryHasTheOverheadOnTop() throws IOException {
    JsonObject memory = resources(SPEC, "tcg").getAsJsonObject("memory");
    assertThat(memory.get("limit").getAsLong()).isEqualTo((128L + 33) << 20);
    assertThat(memory.get("swap").getAsLong()).isEqualTo((128L + 33) << 20);
    assertThat(memory.get("reservation").getAsLong()).isEqualTo(1);
    assertThat(resources(SPEC, "tcg").get("cpu")).isEqualTo(json("{\"quota\":5,\"period\":10}"));
  }

  @Test
  void noDeviceIsAllowedWithoutKvm() throws IOException {
    assertThat(resources(SPEC, "tcg").get("devices"))
        .hasToString("[{\"allow\":false,\"access\":\"rwm\"}]");
    assertThat(config(SPEC, "tcg").getAsJsonObject("linux").has("devices")).isFalse();
  }

  @Test
  void kvmIsTheOnlyDeviceAndBelongsToTheMonitor() throws IOException {
    assertThat(resources(SPEC, "kvm").getAsJsonArray("devices").get(1))
        .isEqualTo(
            json("{\"allow\":true,\"type\":\"c\",\"major\":10,\"minor\":232,\"access\":\"rw\"}"));
    JsonArray devices = config(SPEC, "kvm").getAsJsonObject("linux").getAsJsonArray("devices");
    assertThat(devices).hasSize(1);
    assertThat(devices.get(0))
        .isEqualTo(
            json(
                "{\"path\":\"/dev/kvm\",\"type\":\"c\",\"major\":10,\"minor\":232,\"fileMode\":384,"
                    + "\"uid\":1000,\"gid\":1001}"));
  }

  @Test
  void hooksAndAnnotationsAreKeptExceptThoseForCrun() throws IOException {
    JsonObject config = config(SPEC, "tcg");
    assertThat(config.get("hooks")).isEqualTo(json(SPEC).get("hooks"));
    assertThat(config.get("annotations"))
        .hasToString("{\"dev.urunj.bundle\":\"" + temp + "\",\"io.kubernetes.x\":\"z\"}");
  }

  @Test
  void hooksInsideOfTheContainerAreLeftOut() throws IOException {
    JsonObject spec = json(SPEC);
    spec.add(
        "hooks",
        json("{\"startContainer\":[{\"path\":\"/in\"}],\"createContainer\":[{\"path\":\"/c\"}]}"));
    assertThat(config(spec.toString(), "tcg").get("hooks"))
        .isEqualTo(json("{\"createContainer\":[{\"path\":\"/c\"}]}"));
  }

  @Test
  void seccompOfTheWorkloadIsDroppedAndTheCgroupKept() throws IOException {
    JsonObject linux = config(SPEC, "tcg").getAsJsonObject("linux");
    assertThat(linux.has("seccomp")).isFalse();
    assertThat(linux.get("cgroupsPath").getAsString()).isEqualTo("/pod/c");
    assertThat(linux.has("sysctl")).isTrue();
    assertThat(texts(linux.getAsJsonArray("maskedPaths"))).contains("/proc/kcore", "/proc/keys");
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "annotations", "hooks", "mounts", "hostname"})
  void partThatIsNullIsAsAbsent(String key) throws IOException {
    JsonObject spec = json(SPEC);
    spec.add(key, com.google.gson.JsonNull.INSTANCE);
    JsonObject config = config(spec.toString(), "kvm");
    assertThat(config.getAsJsonObject("linux").getAsJsonArray("namespaces")).isNotEmpty();
  }

  @Test
  void userThatIsNullIsRoot() throws IOException {
    JsonObject spec = json(SPEC);
    spec.getAsJsonObject("process").add("user", com.google.gson.JsonNull.INSTANCE);
    JsonObject config = config(spec.toString(), "kvm");
    assertThat(config.getAsJsonObject("process").get("user"))
        .isEqualTo(json("{\"uid\":0,\"gid\":0}"));
  }

  @Test
  void specificationItselfIsNotChanged() throws IOException {
    Spec spec = new Spec(json(SPEC), temp.resolve("config.json"));
    write(spec, "kvm");
    assertThat(spec.json()).isEqualTo(json(SPEC));
  }

  @Test
  void monitorWithoutAFilterOfItsOwnGetsTheProfileOfTheSpecification() throws IOException {
    String spec = with("seccomp", "{\"defaultAction\":\"SCMP_ACT_ERRNO\"}");
    assertThat(config(spec, "tcg").getAsJsonObject("linux").has("seccomp")).isFalse();
    hasOwnFilter = false;
    assertThat(config(spec, "tcg").getAsJsonObject("linux").get("seccomp").toString())
        .isEqualTo("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}");
  }

  @Test
  void monitorWithAFixedCommandIsTheContainersProcessItself() throws IOException {
    argv = List.of("/usr/bin/q", "/launch.d/machine.json");
    assertThat(texts(config(SPEC, "tcg").getAsJsonObject("process").getAsJsonArray("args")))
        .isEqualTo(argv);
  }

  private List<String> namespaces(String spec) throws IOException {
    return StreamSupport.stream(
            config(spec, "tcg").getAsJsonObject("linux").getAsJsonArray("namespaces").spliterator(),
            false)
        .map(JsonElement::getAsJsonObject)
        .map(o ->
            o.get("type").getAsString() + (o.has("path") ? "=" + o.get("path").getAsString() : ""))
        .toList();
  }

  private static String with(String key, String value) {
    JsonObject spec = json(SPEC);
    spec.getAsJsonObject("linux").add(key, JsonParser.parseString(value));
    return spec.toString();
  }

  private JsonObject resources(String spec, String accelerator) throws IOException {
    return config(spec, accelerator).getAsJsonObject("linux").getAsJsonObject("resources");
  }

  private JsonObject config(String spec, String accelerator) throws IOException {
    write(new Spec(json(spec), temp.resolve("config.json")), accelerator);
    return json(Files.readString(temp.resolve("bundle/config.json")));
  }

  private void write(Spec spec, String accelerator) throws IOException {
    Files.deleteIfExists(temp.resolve("bundle/rootfs/lib"));
    MonitorRecord monitor =
        new MonitorRecord(
            "qemu",
            "/usr/bin/q",
            new JsonObject(),
            accelerator,
            128,
            33,
            1,
            Path.of("/runc"),
            false,
            null,
            "descriptor",
            true);
    List<MonitorDevice> devices =
        accelerator.equals("kvm") ? List.of(new MonitorDevice("/dev/kvm", 10, 232)) : List.of();
    Requirements needs =
        new Requirements(
            "/usr/bin/q",
            List.of(
                new MonitorFile.Link("/lib", "usr/lib"),
                new MonitorFile.Bind(Path.of("/usr/lib"), "/usr/lib")),
            argv,
            Accelerator.of(accelerator),
            devices,
            TapAccess.DESCRIPTOR,
            true,
            hasOwnFilter,
            new JsonObject());
    new MonitorBundle(spec, Path.of("/img/kernel"), monitor, needs)
        .write(
            temp.resolve("bundle"),
            Path.of("/pin"),
            Path.of("/state/launch"),
            "URUNJ_CONTAINER=1:2:/state");
  }

  private static List<String> texts(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsString).toList();
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }
}
