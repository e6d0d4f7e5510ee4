package dev.urunj.house;

import java.util.Map;
import java.util.Set;

/// Which package may use which.
final class PackageUses {
  /// The direction of all packages. What is to be added here must not make a cycle, and is a
  /// decision: `monitor` and `network` never meet, a guest does not know monitors.
  static final Map<String, Set<String>> ALL =
      Map.ofEntries(
          Map.entry("linux.errno", Set.of()),
          Map.entry("linux.clock", Set.of()),
          Map.entry("linux.undo", Set.of()),
          Map.entry("linux.syscall", Set.of("linux.clock", "linux.errno")),
          Map.entry("linux.file", Set.of("linux.clock", "linux.errno", "linux.syscall")),
          Map.entry(
              "linux.bpf", Set.of("linux.errno", "linux.file", "linux.syscall", "linux.undo")),
          Map.entry("linux.mount", Set.of("linux.errno", "linux.syscall")),
          Map.entry(
              "linux.namespace",
              Set.of(
                  "linux.errno",
                  "linux.file",
                  "linux.mount",
                  "linux.process",
                  "linux.syscall",
                  "linux.undo")),
          Map.entry("linux.netlink", Set.of("linux.errno", "linux.file", "linux.syscall")),
          Map.entry(
              "linux.process", Set.of("linux.clock", "linux.errno", "linux.file", "linux.syscall")),
          Map.entry(
              "linux.socket", Set.of("linux.clock", "linux.errno", "linux.file", "linux.syscall")),
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
          Map.entry("runtime.image", Set.of("runtime.guest", "runtime.network", "runtime.oci")),
          Map.entry("runtime.config", Set.of("runtime.image", "runtime.network", "runtime.oci")),
          Map.entry("runtime.payload", Set.of("linux.errno", "linux.file")),
          Map.entry(
              "runtime.guest",
              Set.of("linux.errno", "linux.file", "runtime.failure", "runtime.payload")),
          Map.entry("runtime.monitor", Set.of("linux.clock", "linux.process", "runtime.failure", "runtime.guest", "runtime.oci", "runtime.probe")),
          Map.entry(
              "runtime.monitor.qemu",
              Set.of(
                  "linux.clock",
                  "linux.file",
                  "linux.process",
                  "runtime.guest",
                  "runtime.monitor",
                  "runtime.payload",
                  "runtime.probe")),
          Map.entry(
              "runtime.monitor.solo5",
              Set.of(
                  "linux.clock",
                  "linux.file",
                  "runtime.failure",
                  "runtime.guest",
                  "runtime.monitor",
                  "runtime.oci")),
          Map.entry(
              "runtime.registry",
              Set.of(
                  "runtime.guest",
                  "runtime.image",
                  "runtime.monitor",
                  "runtime.monitor.qemu",
                  "runtime.monitor.solo5",
                  "runtime.network",
                  "runtime.network.fabric",
                  "runtime.network.fixed",
                  "runtime.network.redirect",
                  "runtime.oci")),
          Map.entry("runtime.network", Set.of("linux.bpf", "linux.errno", "linux.namespace", "linux.netlink", "runtime.oci")),
          Map.entry("runtime.network.fabric", Set.of("linux.bpf", "linux.errno", "linux.file", "linux.namespace", "linux.netlink", "linux.undo", "runtime.network", "runtime.oci", "runtime.payload")),
          Map.entry(
              "runtime.network.redirect",
              Set.of("linux.netlink", "linux.undo", "runtime.network", "runtime.oci")),
          Map.entry(
              "runtime.network.fixed",
              Set.of(
                  "linux.errno",
                  "linux.namespace",
                  "linux.netlink",
                  "linux.undo",
                  "runtime.network",
                  "runtime.oci")),
          Map.entry(
              "runtime.lowlevel",
              Set.of(
                  "linux.clock", "linux.file", "linux.process", "runtime.failure", "runtime.oci")),
          Map.entry(
              "runtime.probe",
              Set.of(
                  "linux.clock", "linux.file", "linux.process", "runtime.lowlevel", "runtime.oci")),
          Map.entry(
              "runtime.host",
              Set.of(
                  "linux.clock",
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
                  "linux.undo",
                  "runtime.config",
                  "runtime.host",
                  "runtime.image",
                  "runtime.network.fixed",
                  "runtime.oci")),
          Map.entry(
              "runtime.state",
              Set.of(
                  "linux.file",
                  "linux.namespace",
                  "linux.process",
                  "linux.undo",
                  "runtime.failure",
                  "runtime.image",
                  "runtime.network",
                  "runtime.oci")),
          Map.entry(
              "runtime.boot",
              Set.of(
                  "linux.clock",
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
                  "linux.undo",
                  "runtime.failure",
                  "runtime.oci",
                  "runtime.state")),
          Map.entry(
              "runtime.pod",
              Set.of(
                  "linux.bpf",
                  "linux.namespace",
                  "linux.netlink",
                  "linux.tap",
                  "runtime.failure",
                  "runtime.guest",
                  "runtime.host",
                  "runtime.image",
                  "runtime.netns",
                  "runtime.network",
                  "runtime.registry",
                  "runtime.state")),
          Map.entry(
              "runtime.container",
              Set.of("runtime.failure", "runtime.host", "runtime.lowlevel", "runtime.state")),
          Map.entry(
              "runtime.recovery",
              Set.of(
                  "linux.clock",
                  "linux.errno",
                  "linux.file",
                  "linux.mount",
                  "linux.namespace",
                  "linux.netlink",
                  "linux.process",
                  "linux.undo",
                  "runtime.container",
                  "runtime.failure",
                  "runtime.host",
                  "runtime.lowlevel",
                  "runtime.netns",
                  "runtime.network",
                  "runtime.oci",
                  "runtime.pod",
                  "runtime.registry",
                  "runtime.state")),
          Map.entry(
              "runtime.lifecycle",
              Set.of(
                  "linux.clock",
                  "linux.file",
                  "linux.namespace",
                  "linux.process",
                  "linux.socket",
                  "linux.tap",
                  "linux.terminal",
                  "linux.undo",
                  "runtime.boot",
                  "runtime.container",
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
          Map.entry("runtime.inspect", Set.of("linux.namespace", "linux.netlink", "linux.process", "runtime.boot", "runtime.failure", "runtime.guest", "runtime.host", "runtime.image", "runtime.monitor", "runtime.netns", "runtime.network", "runtime.oci", "runtime.registry", "runtime.state")),
          Map.entry(
              "cli.cni",
              Set.of("linux.namespace", "linux.netlink", "runtime.netns", "runtime.oci")),
          Map.entry("cli.words", Set.of("runtime.failure", "runtime.host", "runtime.oci")),
          Map.entry("cli.text", Set.of("linux.process", "runtime.boot", "runtime.image", "runtime.inspect", "runtime.lifecycle", "runtime.netns", "runtime.network", "runtime.oci", "runtime.registry", "runtime.state")),
          Map.entry(
              "cli.verb",
              Set.of(
                  "cli.text",
                  "cli.words",
                  "linux.namespace",
                  "linux.process",
                  "runtime.boot",
                  "runtime.config",
                  "runtime.container",
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
                  "linux.clock",
                  "linux.file",
                  "linux.process",
                  "runtime.failure",
                  "runtime.host",
                  "runtime.lifecycle",
                  "runtime.lowlevel",
                  "runtime.netns",
                  "runtime.oci",
                  "runtime.state")));

  private PackageUses() {}
}
