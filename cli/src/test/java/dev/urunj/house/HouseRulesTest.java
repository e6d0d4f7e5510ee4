package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.reflect.AccessFlag;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of the house that no compiler checks, read from the class files that are shipped.
class HouseRulesTest {
  private static final String PREFIX = "dev/urunj/";

  /// The direction of all packages. What is to be added here must not make a cycle, and is a
  /// decision: `monitor` and `network` never meet, a guest does not know monitors.
  private static final Map<String, Set<String>> USES =
      Map.ofEntries(
          Map.entry("linux.errno", Set.of()),
          Map.entry("linux.syscall", Set.of("linux.errno")),
          Map.entry("linux.file", Set.of("linux.errno", "linux.syscall")),
          Map.entry("linux.bpf", Set.of("linux.errno", "linux.file", "linux.syscall")),
          Map.entry("linux.mount", Set.of("linux.errno", "linux.syscall")),
          Map.entry(
              "linux.namespace",
              Set.of("linux.errno", "linux.file", "linux.mount", "linux.process", "linux.syscall")),
          Map.entry("linux.netlink", Set.of("linux.errno", "linux.file", "linux.syscall")),
          Map.entry("linux.process", Set.of("linux.errno", "linux.file", "linux.syscall")),
          Map.entry("linux.socket", Set.of("linux.errno", "linux.file", "linux.syscall")),
          Map.entry(
              "linux.tap",
              Set.of(
                  "linux.errno",
                  "linux.file",
                  "linux.namespace",
                  "linux.process",
                  "linux.syscall")),
          Map.entry("linux.terminal", Set.of("linux.errno", "linux.file", "linux.syscall")),
          Map.entry("runtime.failure", Set.of("linux.errno", "linux.file")),
          Map.entry("runtime.oci", Set.of("linux.errno", "linux.file", "runtime.failure")),
          Map.entry("runtime.image", Set.of("runtime.guest", "runtime.oci")),
          Map.entry("runtime.config", Set.of("runtime.image", "runtime.oci")),
          Map.entry("runtime.payload", Set.of("linux.errno", "linux.file")),
          Map.entry(
              "runtime.guest",
              Set.of("linux.errno", "linux.file", "runtime.failure", "runtime.payload")),
          Map.entry(
              "runtime.monitor",
              Set.of("linux.process", "runtime.failure", "runtime.guest", "runtime.probe")),
          Map.entry(
              "runtime.monitor.qemu",
              Set.of(
                  "linux.file",
                  "linux.process",
                  "runtime.guest",
                  "runtime.monitor",
                  "runtime.payload",
                  "runtime.probe")),
          Map.entry(
              "runtime.registry",
              Set.of("runtime.guest", "runtime.monitor", "runtime.monitor.qemu", "runtime.oci")),
          Map.entry(
              "runtime.network",
              Set.of(
                  "linux.bpf",
                  "linux.errno",
                  "linux.file",
                  "linux.namespace",
                  "linux.netlink",
                  "linux.tap",
                  "runtime.payload")),
          Map.entry(
              "runtime.lowlevel",
              Set.of("linux.file", "linux.process", "runtime.failure", "runtime.oci")),
          Map.entry(
              "runtime.probe",
              Set.of("linux.file", "linux.process", "runtime.lowlevel", "runtime.oci")),
          Map.entry(
              "runtime.host",
              Set.of(
                  "linux.file",
                  "linux.process",
                  "runtime.config",
                  "runtime.failure",
                  "runtime.lowlevel",
                  "runtime.monitor",
                  "runtime.netns",
                  "runtime.oci",
                  "runtime.probe")),
          Map.entry(
              "runtime.knative",
              Set.of(
                  "linux.file",
                  "runtime.config",
                  "runtime.host",
                  "runtime.image",
                  "runtime.network",
                  "runtime.oci")),
          Map.entry(
              "runtime.state",
              Set.of(
                  "linux.file",
                  "linux.namespace",
                  "linux.process",
                  "runtime.failure",
                  "runtime.oci")),
          Map.entry(
              "runtime.boot",
              Set.of(
                  "linux.errno",
                  "linux.file",
                  "linux.namespace",
                  "linux.netlink",
                  "linux.process",
                  "runtime.config",
                  "runtime.failure",
                  "runtime.guest",
                  "runtime.host",
                  "runtime.image",
                  "runtime.knative",
                  "runtime.lowlevel",
                  "runtime.monitor",
                  "runtime.network",
                  "runtime.oci",
                  "runtime.probe",
                  "runtime.registry",
                  "runtime.state")),
          Map.entry(
              "runtime.netns",
              Set.of(
                  "linux.errno",
                  "linux.file",
                  "linux.namespace",
                  "linux.netlink",
                  "linux.process",
                  "runtime.failure",
                  "runtime.oci",
                  "runtime.state")),
          Map.entry(
              "runtime.pod",
              Set.of(
                  "linux.bpf",
                  "linux.namespace",
                  "linux.netlink",
                  "runtime.config",
                  "runtime.failure",
                  "runtime.guest",
                  "runtime.host",
                  "runtime.image",
                  "runtime.netns",
                  "runtime.network",
                  "runtime.state")),
          Map.entry(
              "runtime.recovery",
              Set.of(
                  "linux.errno",
                  "linux.file",
                  "linux.mount",
                  "linux.namespace",
                  "linux.netlink",
                  "linux.process",
                  "runtime.failure",
                  "runtime.host",
                  "runtime.lowlevel",
                  "runtime.netns",
                  "runtime.network",
                  "runtime.oci",
                  "runtime.pod",
                  "runtime.state")),
          Map.entry(
              "runtime.lifecycle",
              Set.of(
                  "linux.file",
                  "linux.namespace",
                  "linux.process",
                  "linux.socket",
                  "linux.tap",
                  "linux.terminal",
                  "runtime.boot",
                  "runtime.failure",
                  "runtime.guest",
                  "runtime.host",
                  "runtime.image",
                  "runtime.lowlevel",
                  "runtime.monitor",
                  "runtime.netns",
                  "runtime.network",
                  "runtime.oci",
                  "runtime.pod",
                  "runtime.recovery",
                  "runtime.registry",
                  "runtime.state")),
          Map.entry(
              "runtime.inspect",
              Set.of(
                  "linux.bpf",
                  "linux.errno",
                  "linux.namespace",
                  "linux.netlink",
                  "linux.process",
                  "runtime.boot",
                  "runtime.failure",
                  "runtime.guest",
                  "runtime.host",
                  "runtime.monitor",
                  "runtime.netns",
                  "runtime.network",
                  "runtime.oci",
                  "runtime.state")),
          Map.entry(
              "cli.cni",
              Set.of("linux.namespace", "linux.netlink", "runtime.netns", "runtime.oci")),
          Map.entry("cli.words", Set.of("runtime.failure", "runtime.host", "runtime.oci")),
          Map.entry(
              "cli.text",
              Set.of(
                  "linux.process",
                  "runtime.boot",
                  "runtime.inspect",
                  "runtime.lifecycle",
                  "runtime.netns",
                  "runtime.network",
                  "runtime.oci",
                  "runtime.registry",
                  "runtime.state")),
          Map.entry(
              "cli.verb",
              Set.of(
                  "cli.text",
                  "cli.words",
                  "linux.namespace",
                  "linux.process",
                  "runtime.boot",
                  "runtime.config",
                  "runtime.failure",
                  "runtime.host",
                  "runtime.image",
                  "runtime.inspect",
                  "runtime.knative",
                  "runtime.lifecycle",
                  "runtime.lowlevel",
                  "runtime.netns",
                  "runtime.oci",
                  "runtime.recovery",
                  "runtime.state")),
          Map.entry(
              "cli",
              Set.of(
                  "cli.cni",
                  "cli.verb",
                  "cli.words",
                  "linux.file",
                  "linux.process",
                  "runtime.failure",
                  "runtime.host",
                  "runtime.lifecycle",
                  "runtime.netns",
                  "runtime.oci",
                  "runtime.state")));

  private static final Set<String> RESTRICTED =
      Set.of(
          "java/lang/ModuleLayer$Controller.enableNativeAccess",
          "java/lang/System.load",
          "java/lang/System.loadLibrary",
          "java/lang/Runtime.load",
          "java/lang/Runtime.loadLibrary");

  /// The entry points, which alone know the process that they run in.
  private static final Set<String> DOORS = Set.of("cli/Main", "cli/Main$Relay", "cli/cni/Loopback");

  /// What belongs to the process and not to a request.
  private static final Set<String> OF_THE_PROCESS =
      Set.of(
          "java/lang/System.in",
          "java/lang/System.out",
          "java/lang/System.err",
          "java/lang/System.setIn",
          "java/lang/System.setOut",
          "java/lang/System.setErr",
          "java/lang/System.console",
          "java/lang/System.getenv",
          "java/lang/System.exit",
          "java/lang/Runtime.exit",
          "java/lang/Runtime.halt",
          "java/lang/Runtime.addShutdownHook",
          "java/nio/file/Path.toAbsolutePath",
          "java/io/File.getAbsoluteFile",
          "java/io/File.getAbsolutePath",
          "java/io/File.getCanonicalFile",
          "java/io/File.getCanonicalPath",
          "dev/urunj/linux/process/Exec.replace",
          "dev/urunj/linux/process/Environment.ofThisProcess");

  private static final Set<String> OF_RECORDS = Set.of("equals", "hashCode", "toString");

  private static final Pattern IPV4 = Pattern.compile("\\b\\d{1,3}(\\.\\d{1,3}){3}\\b");

  /// Zeros and masks, loopback, link-local, and the private net that urunc has given a guest.
  private static final Pattern NOT_OF_THE_INTERNET =
      Pattern.compile("0\\.0\\.0\\.0|255\\.|127\\.|169\\.254\\.|172\\.16\\.");

  private static final Pattern PUBLIC_IPV6 =
      Pattern.compile("\\b[23][0-9a-f]{3}:[0-9a-f:]+", Pattern.CASE_INSENSITIVE);

  private static final List<ClassModel> CLASSES = new ArrayList<>();

  @BeforeAll
  static void readShippedClasses() throws IOException {
    CLASSES.clear();
    for (String one : new String[] {"linux.errno.Errno", "runtime.oci.Spec", "cli.Main"}) {
      Path root = rootOf("dev/urunj/" + one.replace('.', '/') + ".class");
      read(root);
    }
    assertThat(CLASSES).hasSizeGreaterThan(150);
  }

  @Test
  void onlySyscallMakesRestrictedCalls() {
    List<String> found = new ArrayList<>();
    for (ClassModel model : CLASSES) {
      if (packageOf(nameOf(model)).equals("linux.syscall")) {
        continue;
      }
      for (PoolEntry entry : model.constantPool()) {
        if (entry instanceof MemberRefEntry member) {
          String called = member.owner().asInternalName() + "." + member.name().stringValue();
          if (RESTRICTED.contains(called)) {
            found.add(nameOf(model) + " calls " + called);
          }
        }
      }
      for (var method : model.methods()) {
        if (method.flags().has(AccessFlag.NATIVE)) {
          found.add(nameOf(model) + " has a native method");
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /// So a request that comes to a process which serves many gets its own caller's streams,
  /// environment and directory, and cannot end the others' process.
  @Test
  void onlyADoorTakesFromTheProcessWhatIsTheCallers() {
    List<String> found = new ArrayList<>();
    Set<String> used = new TreeSet<>();
    for (ClassModel model : CLASSES) {
      String name = nameOf(model).substring(PREFIX.length());
      if (name.startsWith("linux/")) {
        continue;
      }
      for (PoolEntry entry : model.constantPool()) {
        String what = ofTheProcess(entry);
        if (what != null && DOORS.contains(name)) {
          used.add(name);
        } else if (what != null) {
          found.add(name + " uses " + what);
        }
      }
    }
    assertThat(found).isEmpty();
    assertThat(used).isEqualTo(new TreeSet<>(DOORS));
  }

  private static @Nullable String ofTheProcess(PoolEntry entry) {
    if (entry instanceof MemberRefEntry member) {
      String called = member.owner().asInternalName() + "." + member.name().stringValue();
      return OF_THE_PROCESS.contains(called) ? called : null;
    }
    return entry instanceof StringEntry text && text.stringValue().equals("user.dir")
        ? "user.dir"
        : null;
  }

  /// Its first use costs a command 40 ms (docs/performance.md).
  @Test
  void noCommandUsesTheForeignFunctionInterface() {
    List<String> found = new ArrayList<>();
    for (ClassModel model : CLASSES) {
      for (PoolEntry entry : model.constantPool()) {
        if (entry instanceof ClassEntry used
            && used.asInternalName().startsWith("java/lang/foreign/")) {
          found.add(nameOf(model) + " uses " + used.asInternalName());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /// The first lambda of a JVM costs 3 to 7 ms of a command, each other one 0.3; text that is
  /// joined and a `switch` over types cost more, because they make a class that no archive keeps.
  /// What a record makes of `equals`, `hashCode` and `toString` is not called on that way. The
  /// classes in the list are not on it, or only when something fails.
  @Test
  void nothingIsInvokedDynamicallyOnTheWayOfAContainersLife() {
    Set<String> found = new TreeSet<>();
    for (ClassModel model : CLASSES) {
      for (MethodModel method : model.methods()) {
        if (!OF_RECORDS.contains(method.methodName().stringValue()) && isDynamic(method)) {
          found.add(nameOf(model).substring(PREFIX.length()));
        }
      }
    }
    assertThat(found)
        .containsExactlyInAnyOrder(
            "cli/verb/NetnsVerbs",
            "cli/verb/UpdateCommand",
            "linux/netlink/NetfilterSocket",
            "linux/netlink/RuleCodec",
            "runtime/image/ImageReader",
            "runtime/inspect/InspectContainer",
            "runtime/inspect/PodReader",
            "runtime/lifecycle/ForegroundConsole",
            "runtime/recovery/Salvage",
            "runtime/recovery/Sweep",
            "runtime/recovery/SweptContainers",
            "runtime/recovery/SweptNamespaces",
            "runtime/netns/LoopbackAttachments",
            "runtime/oci/JsonFields");
  }

  private static boolean isDynamic(MethodModel method) {
    return method.code().stream()
        .flatMap(code -> code.elementStream())
        .anyMatch(element -> element instanceof InvokeDynamicInstruction);
  }

  @Test
  void packagesUseEachOtherAsWrittenDown() {
    Map<String, Set<String>> edges = edges();
    assertThat(edges.keySet()).isEqualTo(new TreeSet<>(USES.keySet()));
    List<String> unexpected = new ArrayList<>();
    edges.forEach((from, targets) ->
        targets.stream()
            .filter(to -> !USES.getOrDefault(from, Set.of()).contains(to))
            .forEach(to -> unexpected.add(from + " uses " + to)));
    assertThat(unexpected).isEmpty();
  }

  @Test
  void whatIsWrittenDownIsUsed() {
    Map<String, Set<String>> edges = edges();
    List<String> idle = new ArrayList<>();
    USES.forEach((from, targets) ->
        targets.stream()
            .filter(to -> !edges.getOrDefault(from, Set.of()).contains(to))
            .forEach(to -> idle.add(from + " does not use " + to)));
    assertThat(idle).isEmpty();
  }

  @Test
  void noPackageUsesItselfByWayOfOthers() {
    for (String start : USES.keySet()) {
      Set<String> reached = new TreeSet<>();
      List<String> next = new ArrayList<>(USES.getOrDefault(start, Set.of()));
      while (!next.isEmpty()) {
        String one = next.removeLast();
        if (reached.add(one)) {
          next.addAll(USES.getOrDefault(one, Set.of()));
        }
      }
      assertThat(reached).as(start).doesNotContain(start);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Impl", "Util", "Utils", "Helper", "Manager"})
  void noClassIsNamedForNothing(String suffix) {
    assertThat(CLASSES).extracting(HouseRulesTest::nameOf).noneMatch(name -> name.endsWith(suffix));
  }

  /// Of two types with one name each reader has to ask which one is meant.
  @Test
  void noSimpleNameExistsTwice() {
    Map<String, String> seen = new TreeMap<>();
    List<String> twice = new ArrayList<>();
    for (ClassModel model : CLASSES) {
      String name = nameOf(model);
      String simple = name.substring(name.lastIndexOf('/') + 1);
      if (simple.contains("$") || simple.endsWith("-info")) {
        continue;
      }
      String other = seen.put(simple, name);
      if (other != null) {
        twice.add(other + " and " + name);
      }
    }
    assertThat(twice).isEmpty();
  }

  @Test
  void noStaticFieldCanChange() {
    List<String> found = new ArrayList<>();
    for (ClassModel model : CLASSES) {
      for (FieldModel field : model.fields()) {
        if (field.flags().has(AccessFlag.STATIC) && !field.flags().has(AccessFlag.FINAL)) {
          found.add(nameOf(model) + "." + field.fieldName().stringValue());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /// Name servers are the container's; no code falls back on a public one. An address that is
  /// written down is of a kind that no host of the internet has.
  @Test
  void noAddressOfTheInternetIsBuiltIn() throws IOException {
    List<String> found = new ArrayList<>();
    for (ClassModel model : CLASSES) {
      for (PoolEntry entry : model.constantPool()) {
        if (entry instanceof StringEntry text) {
          addPublic(found, nameOf(model), text.stringValue());
        }
      }
    }
    Path sources = Path.of("../runtime/src/main/c");
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        addPublic(found, file.toString(), Files.readString(file));
      }
    }
    assertThat(found).isEmpty();
  }

  private static void addPublic(List<String> found, String where, String text) {
    Matcher ipv4 = IPV4.matcher(text);
    while (ipv4.find()) {
      if (!NOT_OF_THE_INTERNET.matcher(ipv4.group()).lookingAt()) {
        found.add(where + ": " + ipv4.group());
      }
    }
    Matcher ipv6 = PUBLIC_IPV6.matcher(text);
    while (ipv6.find()) {
      found.add(where + ": " + ipv6.group());
    }
  }

  private static Map<String, Set<String>> edges() {
    Map<String, Set<String>> edges = new TreeMap<>();
    for (ClassModel model : CLASSES) {
      String from = packageOf(nameOf(model));
      Set<String> targets = edges.computeIfAbsent(from, _ -> new TreeSet<>());
      for (PoolEntry entry : model.constantPool()) {
        for (String used : namesIn(entry)) {
          String to = packageOf(used);
          if (!to.equals(from)) {
            targets.add(to);
          }
        }
      }
    }
    return edges;
  }

  /// Classes that a constant names, itself or in a descriptor.
  private static List<String> namesIn(PoolEntry entry) {
    List<String> names = new ArrayList<>();
    String text =
        switch (entry) {
          case ClassEntry one -> one.asInternalName();
          case java.lang.classfile.constantpool.Utf8Entry utf8
              when utf8.stringValue().contains("L" + PREFIX) ->
              utf8.stringValue();
          default -> "";
        };
    for (int at = text.indexOf(PREFIX); at >= 0; at = text.indexOf(PREFIX, at + 1)) {
      int end = at;
      while (end < text.length() && ";<>".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      names.add(text.substring(at, end));
    }
    return names;
  }

  private static String nameOf(ClassModel model) {
    return model.thisClass().asInternalName();
  }

  private static String packageOf(String className) {
    String name = className.substring(PREFIX.length());
    int end = name.lastIndexOf('/');
    return end < 0 ? "" : name.substring(0, end).replace('/', '.');
  }

  private static Path rootOf(String resource) throws IOException {
    var url = HouseRulesTest.class.getClassLoader().getResource(resource);
    assertThat(url).as(resource).isNotNull();
    URI uri = URI.create(String.valueOf(url));
    if (uri.getScheme().equals("jar")) {
      return Path.of(URI.create(uri.getSchemeSpecificPart().replaceAll("!.*", "")));
    }
    String path = Path.of(uri).toString();
    return Path.of(path.substring(0, path.length() - resource.length()));
  }

  private static void read(Path root) throws IOException {
    if (Files.isDirectory(root)) {
      readTree(root);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(root)) {
      readTree(jar.getPath("/"));
    }
  }

  private static void readTree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(HouseRulesTest::isClass).toList()) {
        CLASSES.add(ClassFile.of().parse(Files.readAllBytes(file)));
      }
    }
  }

  private static boolean isClass(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".class") && !name.equals("module-info.class");
  }
}
