package dev.urunj.runtime.guest;

import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.failure.KnownFailure;
import dev.urunj.runtime.payload.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Linux, with the image's initrd as its root or with the one built into its kernel.
///
/// Images whose program is `urunit` get their instructions as from urunc: words on the kernel's
/// command line and `/urunit.conf`. All others boot our own init, which configures the machine and
/// becomes the image's program; nothing of `args` and `env` is on the command line then, so neither
/// their number nor their bytes matter.
public record LinuxGuest() implements Guest {
  /// COMMAND_LINE_SIZE is 2048 with the NUL byte on both architectures,
  /// arch/*/include/uapi/asm/setup.h.
  private static final int LINE_BYTES = 2047;

  private static final String OURS = "/.urunj";
  private static final String STAGE = OURS + "/mounts";
  private static final String RESOLV_CONF = "/etc/resolv.conf";

  /// At boot Linux counts timer interrupts during a delay loop that it has just calibrated, and
  /// panics if it sees too few. An emulated guest on an overloaded host can fail this check, so we
  /// pass `no_timer_check`. Under KVM Linux leaves the check out by itself.
  private static final String NO_TIMER_CHECK = " no_timer_check";

  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.LINUX);
  }

  @Override
  public BootPlan plan(GuestInput given, MachineTraits machine) throws IOException {
    List<String> args = given.workload().args();
    if (args.isEmpty() || args.getFirst().isEmpty()) {
      throw new KnownFailure(
          FailureKind.BAD_INPUT, "process.args: empty; expected the program to execute");
    }
    MountFiles mounts = given.mounts();
    boolean urunit = Urunit.isProgram(args.getFirst());
    GuestInput input = told(given, urunit);
    int exitPort = urunit ? 0 : machine.exitPort();
    List<GuestFile> files = urunit ? urunitFiles(input, mounts) : initFiles(input, mounts, machine);
    String line = line(input, machine, urunit);
    int length = line.getBytes(StandardCharsets.UTF_8).length;
    if (length > LINE_BYTES) {
      throw new IOException(
          "kernel command line: " + length + " bytes; expected at most " + LINE_BYTES);
    }
    GuestNetwork network = input.network();
    List<NetworkDevice> devices =
        network == null ? List.of() : List.of(new NetworkDevice(network.mac(), network.mtu()));
    return new BootPlan(
        input.kernel(),
        input.initrd(),
        files,
        line,
        input.memoryMib(),
        input.vcpus(),
        devices,
        exitPort,
        urunit ? StandardInput.CONSOLE : input.workload().input(),
        notes(input, urunit, mounts));
  }

  /// The input with the pod's localhost in the program's environment. Images with urunit get only
  /// the IPv4 address on the kernel's command line.
  private static GuestInput told(GuestInput input, boolean urunit) {
    GuestNetwork network = input.network();
    if (network == null) {
      return input;
    }
    GuestNetwork reached = urunit ? network.withoutLocalhost6() : network;
    Workload workload = input.workload();
    return new GuestInput(
        input.kernel(),
        input.version(),
        input.initrd(),
        workload.withEnv(reached.localhost().environment(workload.env())),
        reached,
        input.mounts(),
        input.memoryMib(),
        input.vcpus());
  }

  private static List<String> notes(GuestInput input, boolean urunit, MountFiles mounts) {
    GuestNetwork network = input.network();
    List<String> notes = new ArrayList<>(mounts.notes());
    if (urunit) {
      notes.addAll(Urunit.notes(input.workload().confinement(), mounts));
    }
    if (network != null) {
      notes.addAll(network.names().notes());
      if (urunit && network.forbids()) {
        notes.add(
            "an image with urunit has the pod's first address and default gateway of IPv4, and none"
                + " of the pod's routes and rules that forbid");
      }
    }
    return notes;
  }

  private static String line(GuestInput input, MachineTraits machine, boolean urunit)
      throws IOException {
    StringBuilder line = new StringBuilder("panic=-1 console=").append(machine.console());
    if (machine.architecture() == Architecture.X86_64) {
      line.append(NO_TIMER_CHECK);
    }
    if (input.initrd() != null) {
      line.append(" root=/dev/ram0 rw");
    }
    GuestNetwork network = input.network();
    if (network != null) {
      appendIp(line, network, !urunit);
    }
    if (urunit) {
      Urunit.appendSettings(line, settings(input.workload(), network));
      Urunit.appendWords(line, input.workload(), network);
      return line.toString();
    }
    line.append(" rdinit=" + OURS + "/init");
    String words = Urunit.words(input.workload().args());
    return line.length() + words.getBytes(StandardCharsets.UTF_8).length <= LINE_BYTES
        ? line.append(words).toString()
        : line.toString();
  }

  /// What our init would set.
  private static List<String> settings(Workload workload, @Nullable GuestNetwork network) {
    List<String> settings = new ArrayList<>();
    if (network != null) {
      settings.addAll(network.policy().settings());
      for (String sysctl : network.policy().sysctls()) {
        if (!GuestConf.isSet(sysctl, workload.sysctls())) {
          settings.add(sysctl);
        }
      }
    }
    settings.addAll(workload.sysctls());
    return settings;
  }

  /// `ip=` of Documentation/admin-guide/nfs/nfsroot.rst; IPv4 only, so without one there is none.
  private static void appendIp(StringBuilder line, GuestNetwork network, boolean withNameservers) {
    GuestNetwork.Address address = network.firstIpv4();
    if (address == null) {
      return;
    }
    InetAddress gateway = network.ipv4Gateway();
    line.append(" ip=").append(address.ip().getHostAddress()).append("::");
    line.append(gateway == null ? "" : gateway.getHostAddress()).append(':');
    line.append(address.mask());
    line.append(":urunc:eth0:off");
    int added = 0;
    for (String nameserver : network.names().conf().nameservers()) {
      if (withNameservers && added < 2 && isIpv4(nameserver)) {
        line.append(':').append(nameserver);
        added++;
      }
    }
  }

  private static boolean isIpv4(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '.') {
        return false;
      }
    }
    return text.length() >= 7 && text.length() <= 15;
  }

  /// Mounts are staged below `/.urunj/mounts` and bound to their places by our init: read-only
  /// stays read-only, what the image has there is hidden and not merged, and no directory of the
  /// image is touched, as with a container.
  private static List<GuestFile> initFiles(
      GuestInput input, MountFiles mounts, MachineTraits machine) throws IOException {
    Workload workload = input.workload();
    GuestConf conf = new GuestConf();
    List<GuestFile> files = new ArrayList<>();
    files.add(new GuestFile.Directory(OURS, 0755, 0, 0));
    files.add(new GuestFile.Bytes(OURS + "/init", 0755, 0, 0, Payload.GUEST_INIT.bytes()));
    List<GuestFile> staged = new ArrayList<>();
    byte[] resolver = resolver(input.network(), mounts);
    for (GuestMount mount : mounts.order()) {
      if (mount instanceof BindMount bind) {
        conf.add(bind, staged.size());
        staged.add(fileOf(bind, STAGE + "/" + staged.size(), resolver, false));
      } else {
        conf.add((TmpfsMount) mount);
      }
    }
    if (resolver != null && !mounts.has(RESOLV_CONF)) {
      String place = STAGE + "/" + staged.size();
      conf.add("bind", staged.size() + " rw " + RESOLV_CONF);
      staged.add(new GuestFile.Bytes(place, 0644, 0, 0, resolver));
    }
    addTo(conf, workload, machine.exitPort());
    for (String line : hosts(input.network())) {
      conf.add("line", mounts.staged(STAGE, Hosts.PATH) + " " + line);
    }
    if (input.network() != null) {
      conf.add(input.network(), workload.sysctls());
    }
    if (workload.terminal()) {
      conf.add("tty", "/dev/" + machine.console()); // /dev/console never controls
    } else if (workload.input() != StandardInput.CONSOLE) {
      conf.add("stdin", workload.input() == StandardInput.NONE ? "null" : "port");
    }
    files.add(new GuestFile.Bytes(OURS + "/guest.conf", 0400, 0, 0, conf.end()));
    if (!staged.isEmpty()) {
      files.add(new GuestFile.Directory(STAGE, 0700, 0, 0));
      files.addAll(staged);
    }
    return files;
  }

  private static void addTo(GuestConf conf, Workload workload, int exitPort) throws IOException {
    if (exitPort != 0) {
      conf.add("exit-port", Integer.toString(exitPort));
    }
    if (!workload.hostname().isEmpty()) {
      conf.add("hostname", workload.hostname());
    }
    for (String sysctl : workload.sysctls()) {
      conf.add("sysctl", sysctl);
    }
    conf.add(workload.confinement());
    conf.add("uid", Long.toString(workload.uid()));
    conf.add("gid", Long.toString(workload.gid()));
    for (Long group : workload.additionalGids()) {
      conf.add("group", Long.toString(group));
    }
    conf.add("cwd", workload.cwd());
    for (String entry : workload.env()) {
      conf.add("env", entry);
    }
    for (String argument : workload.args()) {
      conf.add("arg", argument);
    }
  }

  /// The init of urunit images comes from the image; mounts are unpacked in their places.
  private static List<GuestFile> urunitFiles(GuestInput input, MountFiles mounts)
      throws IOException {
    List<GuestFile> files = new ArrayList<>();
    files.add(new GuestFile.Bytes(Urunit.CONF, 0400, 0, 0, Urunit.conf(input.workload())));
    byte[] resolver = resolver(input.network(), mounts);
    List<String> hosts = hosts(input.network());
    for (BindMount mount : mounts.mounts()) {
      String place = mount.destination();
      byte[] own = !hosts.isEmpty() && place.equals(Hosts.PATH) ? mounts.hosts() : null;
      files.add(
          own == null
              ? fileOf(mount, place, resolver, true)
              : new GuestFile.Bytes(place, 0644, 0, 0, Hosts.extended(own, hosts)));
    }
    if (resolver != null && !mounts.has(RESOLV_CONF)) {
      files.add(new GuestFile.Bytes(RESOLV_CONF, 0644, 0, 0, resolver));
    }
    return files;
  }

  private static GuestFile fileOf(
      BindMount mount, String place, byte @Nullable [] resolver, boolean inPlace) {
    return resolver != null && mount.destination().equals(RESOLV_CONF)
        ? new GuestFile.Bytes(place, 0644, 0, 0, resolver)
        : new GuestFile.Tree(place, mount.source(), mount.destination(), inPlace);
  }

  /// The text of resolv.conf; null where the specification mounts one that can stay as it is.
  private static byte @Nullable [] resolver(@Nullable GuestNetwork network, MountFiles mounts) {
    if (network == null || network.resolver().isEmpty()) {
      return null;
    }
    NameService names = network.names();
    if (mounts.has(RESOLV_CONF) && !names.isRewritten()) {
      return null;
    }
    return names.conf().bytes();
  }

  private static List<String> hosts(@Nullable GuestNetwork network) {
    return network == null ? List.of() : network.localhost().hosts();
  }
}
