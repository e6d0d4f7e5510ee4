package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What shipped code must not call, or not there: what belongs to the native half, to the process
/// of the caller, and what a cold start pays for.
class CallRulesTest {
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
          "java/io/FileDescriptor.in",
          "java/io/FileDescriptor.out",
          "java/io/FileDescriptor.err",
          "java/lang/ProcessBuilder.<init>",
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
          "dev/urunj/linux/process/Environment.ofThisProcess",
          "dev/urunj/linux/process/Inheritance.ofThisProcess");

  /// A clock comes with the request, so that a test can let time pass. The native half waits in the
  /// kernel, which knows no other than its own.
  private static final Set<String> CLOCKS =
      Set.of(
          "java/lang/System.nanoTime",
          "java/lang/System.currentTimeMillis",
          "java/time/Instant.now",
          "java/time/InstantSource.system",
          "java/time/Clock.systemUTC",
          "java/time/Clock.systemDefaultZone",
          "dev/urunj/linux/clock/Deadline.byTheKernel",
          "dev/urunj/linux/clock/KernelClock.<init>");

  private static final Set<String> THREADS =
      Set.of(
          "java/lang/Thread.<init>",
          "java/lang/Thread.ofPlatform",
          "java/lang/Thread.ofVirtual",
          "java/lang/Thread.startVirtualThread",
          "java/util/concurrent/Executors");

  private static final Set<String> OF_RECORDS = Set.of("equals", "hashCode", "toString");

  private static final List<ClassModel> CLASSES = new ArrayList<>();

  @BeforeAll
  static void readShippedClasses() throws IOException {
    CLASSES.clear();
    CLASSES.addAll(ShippedClasses.read());
  }

  @Test
  void onlySyscallMakesRestrictedCalls() {
    List<String> found = new ArrayList<>();
    for (ClassModel model : CLASSES) {
      if (ShippedClasses.packageOf(ShippedClasses.nameOf(model)).equals("linux.syscall")) {
        continue;
      }
      for (PoolEntry entry : model.constantPool()) {
        if (entry instanceof MemberRefEntry member) {
          String called = member.owner().asInternalName() + "." + member.name().stringValue();
          if (RESTRICTED.contains(called)) {
            found.add(ShippedClasses.nameOf(model) + " calls " + called);
          }
        }
      }
      for (var method : model.methods()) {
        if (method.flags().has(AccessFlag.NATIVE)) {
          found.add(ShippedClasses.nameOf(model) + " has a native method");
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
      String name = ShippedClasses.nameOf(model).substring(ShippedClasses.PREFIX.length());
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

  @Test
  void onlyADoorChoosesAClock() {
    Set<String> found = new TreeSet<>();
    for (ClassModel model : CLASSES) {
      String name = ShippedClasses.nameOf(model).substring(ShippedClasses.PREFIX.length());
      for (PoolEntry entry : model.constantPool()) {
        if (!name.startsWith("linux/")
            && entry instanceof MemberRefEntry member
            && CLOCKS.contains(
                member.owner().asInternalName() + "." + member.name().stringValue())) {
          found.add(name);
        }
      }
    }
    assertThat(found).isSubsetOf(DOORS).contains("cli/Main");
  }

  /// A request waits for the thread that enters a namespace for it, and a terminal is the caller's
  /// own process, so neither adds up. All other threads come from `SideThreads`, which has a bound.
  @Test
  void threadsComeFromFewPlaces() {
    Set<String> found = new TreeSet<>();
    for (ClassModel model : CLASSES) {
      for (PoolEntry entry : model.constantPool()) {
        if (entry instanceof MemberRefEntry member
            && (THREADS.contains(member.owner().asInternalName())
                || THREADS.contains(
                    member.owner().asInternalName() + "." + member.name().stringValue()))) {
          found.add(ShippedClasses.nameOf(model).substring(ShippedClasses.PREFIX.length()));
        }
      }
    }
    assertThat(found)
        .containsExactly(
            "cli/Main",
            "linux/namespace/OwnThread",
            "linux/process/SideThreads",
            "runtime/lifecycle/ForegroundConsole");
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
          found.add(ShippedClasses.nameOf(model) + " uses " + used.asInternalName());
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
          found.add(ShippedClasses.nameOf(model).substring(ShippedClasses.PREFIX.length()));
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
}
