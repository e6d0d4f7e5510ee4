package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.ModuleExportInfo;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What is shipped is used by what is shipped, and is as narrow as its users let it be.
class MemberRulesTest {
  /// `linux` is a library of the kernel's calls. With these the tests build the pods that the
  /// product finds, and look at what it has made of them.
  private static final Set<String> FACE_OF_LINUX =
      Set.of(
          "linux/bpf/BpfMap.create",
          "linux/bpf/BpfProbe.classifierRefusal",
          "linux/bpf/BpfProbe.hasHelper",
          "linux/bpf/BpfProgram.run",
          "linux/bpf/TestFrame.new",
          "linux/bpf/TestRun.bytes",
          "linux/bpf/TestRun.mark",
          "linux/bpf/TestRun.verdict",
          "linux/bpf/BpfMap.id",
          "linux/bpf/ProgramIdentity.id",
          "linux/bpf/ProgramSpec.section",
          "linux/errno/ErrnoException.call",
          "linux/file/FileIo.linkTarget",
          "linux/file/FileStatus.isFifo",
          "linux/file/OpenFile.underRoot",
          "linux/mount/MountPoint.root",
          "linux/mount/Mounts.makePrivate",
          "linux/netlink/FilterProgram.directAction",
          "linux/netlink/InstalledRule.chain",
          "linux/netlink/InstalledRule.comment",
          "linux/netlink/InstalledRule.handle",
          "linux/netlink/InstalledRule.packets",
          "linux/netlink/InstalledRule.table",
          "linux/netlink/InterfaceAddress.isPermanent",
          "linux/netlink/InterfaceAddress.isTentative",
          "linux/netlink/InterfaceAddress.isWithoutDuplicateDetection",
          "linux/netlink/InterfaceAddress.linkIndex",
          "linux/netlink/Link.isLowerUp",
          "linux/netlink/Neighbour.permanent",
          "linux/netlink/NetfilterBatch.replaceTable",
          "linux/netlink/NetlinkException.kernelMessage",
          "linux/netlink/NetlinkException.offset",
          "linux/netlink/Route.isDefault",
          "linux/netlink/RouteSocket.addBridge",
          "linux/netlink/RouteSocket.addIngress",
          "linux/netlink/RouteSocket.addNeighbour",
          "linux/netlink/RouteSocket.addVeth",
          "linux/netlink/RouteSocket.moveTo",
          "linux/netlink/RouteSocket.rename",
          "linux/netlink/RouteSocket.setMac",
          "linux/netlink/RouteSocket.setMaster",
          "linux/netlink/RouteSocket.setMtu",
          "linux/netlink/RuleExpression$DestinationNat.new",
          "linux/netlink/RuleExpression$DestinationPort.new",
          "linux/process/Child.pid",
          "linux/process/ProcessStat.parent",
          "linux/process/Spawn.directory",
          "linux/socket/UnixSocket.adopt",
          "linux/socket/UnixSocket.fd",
          "linux/socket/UnixSocket.pair",
          "linux/socket/UnixSocket.peerPid",
          "linux/socket/UnixSocket.peerUid",
          "linux/socket/UnixSocket.sendDescriptors",
          "linux/syscall/Libc.syscall",
          "linux/tap/Tap.fd",
          "linux/tap/Tap.isPersistent",
          "linux/tap/Tap.name",
          "linux/tap/Tap.openQueue",
          "linux/tap/Tap.release");

  /// Keys of urunc's configuration that have no effect here. They are read, so that a mistake in
  /// them is an error where it stands.
  private static final Set<String> KEYS_WITHOUT_EFFECT =
      Set.of(
          "runtime/config/Config.log",
          "runtime/config/Config.virtiofsd",
          "runtime/config/LogConfig.level",
          "runtime/config/LogConfig.syslog",
          "runtime/config/MonitorConfig.vhost",
          "runtime/config/VirtiofsdConfig.options",
          "runtime/image/UnikernelImage$BlockImage.mountPoint");

  /// What tests give to the product in place of a whole pod, mount or monitor.
  private static final Set<String> INPUTS_OF_TESTS =
      Set.of(
          "runtime/guest/BindMount.new",
          "runtime/guest/Confinement.NONE",
          "runtime/guest/Cpio.written",
          "runtime/guest/GuestFile$Link.new",
          "runtime/guest/GuestNetwork$Policy.NONE",
          "runtime/guest/MountFiles.NONE",
          "runtime/image/Overrides.none",
          "runtime/monitor/qemu/Qmp.connect",
          "runtime/monitor/qemu/Qmp.cont",
          "runtime/monitor/qemu/Qmp.quit",
          "runtime/monitor/qemu/Qmp.status",
          "runtime/monitor/qemu/Qmp.stop",
          "runtime/monitor/qemu/Qmp.systemPowerdown",
          "runtime/network/Aliases.new",
          "runtime/network/TapName.matches");

  /// The entry point, and what public members give or throw that only tests look at.
  private static final Set<String> TYPES_OF_THE_FACE =
      Set.of(
          "cli/Main",
          "linux/netlink/InstalledRule",
          "runtime/config/LogConfig",
          "runtime/config/VirtiofsdConfig",
          "runtime/monitor/qemu/Qmp",
          "runtime/network/fabric/OtherFabricException",
          "runtime/network/TapName");

  private static final Pattern TYPE =
      Pattern.compile(ShippedClasses.PREFIX + "[a-z0-9/]+/[A-Z]\\w*");

  private static final List<ShippedMembers.Member> MEMBERS = new ArrayList<>();

  @BeforeAll
  static void readMembers() throws IOException {
    MEMBERS.clear();
    MEMBERS.addAll(ShippedMembers.read().all());
    assertThat(MEMBERS).hasSizeGreaterThan(2000);
  }

  @Test
  void everyMemberIsUsed() throws IOException {
    String besides = ShippedMembers.besides();
    Set<String> found = new TreeSet<>();
    for (ShippedMembers.Member member : MEMBERS) {
      if (member.users().isEmpty() && !isNamedIn(besides, member)) {
        found.add(member.label());
      }
    }
    found.removeIf(MemberRulesTest::isExcused);
    assertThat(found).isEmpty();
  }

  @Test
  void publicMembersAreUsedByOtherPackages() throws IOException {
    String besides = ShippedMembers.besides();
    Set<String> found = new TreeSet<>();
    for (ShippedMembers.Member member : MEMBERS) {
      if (member.isPublic()
          && !member.users().isEmpty()
          && !member.isUsedOutsideOfItsPackage()
          && !isNamedIn(besides, member)) {
        found.add(member.label());
      }
    }
    found.removeIf(MemberRulesTest::isExcused);
    assertThat(found).isEmpty();
  }

  /// A type counts as used where a class names it, and where it stands in a descriptor or
  /// signature.
  @Test
  void publicTypesAreUsedByOtherPackages() throws IOException {
    List<ClassModel> classes = ShippedClasses.read();
    Set<String> used = new TreeSet<>();
    for (ClassModel model : classes) {
      String own = ShippedClasses.packageOf(ShippedClasses.nameOf(model));
      for (PoolEntry entry : model.constantPool()) {
        if (entry instanceof Utf8Entry text) {
          Matcher names = TYPE.matcher(text.stringValue());
          while (names.find()) {
            if (!ShippedClasses.packageOf(names.group()).equals(own)) {
              used.add(names.group());
            }
          }
        }
      }
    }
    String besides = ShippedMembers.besides();
    Set<String> found = new TreeSet<>();
    for (ClassModel model : classes) {
      String name = ShippedClasses.nameOf(model);
      String simple = name.substring(name.lastIndexOf('/') + 1);
      if (model.flags().has(AccessFlag.PUBLIC)
          && !simple.contains("$")
          && !used.contains(name)
          && !Pattern.compile("\\b" + simple + "\\b").matcher(besides).find()) {
        found.add(name.substring(ShippedClasses.PREFIX.length()));
      }
    }
    found.removeAll(TYPES_OF_THE_FACE);
    assertThat(found).isEmpty();
  }

  @Test
  void everyExportIsNeeded() throws IOException {
    List<ClassModel> classes = ShippedClasses.read();
    List<String> idle = new ArrayList<>();
    for (Path root : ShippedClasses.roots()) {
      Path descriptor = root.resolve("module-info.class");
      if (Files.isDirectory(root) && Files.exists(descriptor)) {
        ClassModel module = ClassFile.of().parse(Files.readAllBytes(descriptor));
        for (ModuleExportInfo export :
            module.findAttribute(Attributes.module()).orElseThrow().exports()) {
          String exported = export.exportedPackage().name().stringValue();
          if (classes.stream().noneMatch(one -> needs(one, exported)) && !isImported(exported)) {
            idle.add(exported);
          }
        }
      }
    }
    assertThat(idle).isEmpty();
  }

  /// A type that is only compared with null leaves no trace in a class file.
  private static boolean isImported(String exported) throws IOException {
    String module = exported.split("/")[2];
    String imported = "import " + exported.replace('/', '.') + ".";
    for (Path file : Sources.files(".java")) {
      if (file.toString().contains("/src/main/")
          && !file.toString().contains("/fuzz/")
          && !file.toString().contains("/" + module + "/src/main/")
          && Files.readString(file).contains(imported)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExcused(String label) {
    return FACE_OF_LINUX.contains(label)
        || KEYS_WITHOUT_EFFECT.contains(label)
        || INPUTS_OF_TESTS.contains(label);
  }

  /// Whether a class of another module names one of the package.
  private static boolean needs(ClassModel model, String exported) {
    String module =
        exported.substring(0, exported.indexOf('/', ShippedClasses.PREFIX.length()) + 1);
    if (ShippedClasses.nameOf(model).startsWith(module)) {
      return false;
    }
    Pattern named = Pattern.compile("\\bL?" + exported + "/[A-Z]");
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof Utf8Entry text && named.matcher(text.stringValue()).find()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNamedIn(String text, ShippedMembers.Member member) {
    String name = member.name();
    if (name.equals("new")) {
      String owner = member.owner();
      name = "new " + owner.substring(Math.max(owner.lastIndexOf('/'), owner.lastIndexOf('$')) + 1);
    }
    return Pattern.compile("\\b" + Pattern.quote(name) + "\\(").matcher(text).find();
  }
}
