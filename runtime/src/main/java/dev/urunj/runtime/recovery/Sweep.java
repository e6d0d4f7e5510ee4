package dev.urunj.runtime.recovery;

import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.netns.Condition;
import dev.urunj.runtime.netns.LoopbackAttachments;
import dev.urunj.runtime.netns.NamedNamespace;
import dev.urunj.runtime.netns.NamespaceRegistry;
import dev.urunj.runtime.oci.ContainerId;
import dev.urunj.runtime.recovery.Finding.Kind;
import dev.urunj.runtime.recovery.Findings.Garbage;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// `gc`: finds what killed commands and restarted machines have left under a root, and no later
/// command would find.
///
/// It removes only what is proven to be urunj's own: by the journal, by a process's tag, by a
/// filter's mark, or by a place where no other program puts things. It reports all else and leaves
/// it alone. It is safe beside every other command, because it passes over what another command
/// holds, and looks again under the lock at what none holds.
public final class Sweep {
  private static final String NAMESPACES = "@netns";
  private static final String ATTACHMENTS = "@cni";

  private final Caller caller;
  private final Findings findings;

  private Sweep(Caller caller, boolean apply) {
    this.caller = caller;
    this.findings = new Findings(apply);
  }

  /// Looks at everything under the root.
  ///
  /// @param apply whether garbage is to be removed
  /// @return what is garbage or was left alone; containers in order are not among it
  public static List<Finding> run(Caller caller, boolean apply) throws IOException {
    Sweep sweep = new Sweep(caller, apply);
    if (Files.isDirectory(caller.root())) {
      sweep.sweep();
    }
    return sweep.findings.all();
  }

  /// Lists processes before it looks at directories, because a container's directory exists before
  /// its first process and goes after its last.
  private void sweep() throws IOException {
    MonitorProcesses processes = MonitorProcesses.under(caller.root());
    List<MonitorProcesses.Found> running = processes.all();
    try (SweptNamespaces namespaces = new SweptNamespaces(caller, findings)) {
      SweptContainers containers = new SweptContainers(caller, findings, namespaces, running);
      String[] names = caller.root().toFile().list();
      Arrays.sort(names == null ? new String[0] : names);
      for (String name : names == null ? new String[0] : names) {
        Path path = caller.root().resolve(name);
        try {
          sweep(name, path, containers);
        } catch (IOException e) {
          findings.unseen(Kind.FOREIGN, path.toString(), e);
        }
      }
      for (MonitorProcesses.Found found : running) {
        orphan(found, processes, namespaces);
      }
      namespaces.sweep();
    }
  }

  private void sweep(String name, Path path, SweptContainers containers) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      findings.left(Kind.FOREIGN, path.toString(), "is not a directory");
    } else if (name.equals(NAMESPACES)) {
      sweepNamespaces();
    } else if (name.equals(ATTACHMENTS)) {
      sweepAttachments();
    } else if (StateDirectory.isPassage(name)) {
      containers.sweepPassage(StateDirectory.of(caller.root(), name));
    } else if (ContainerId.isValid(name)) {
      containers.sweep(StateDirectory.of(caller.root(), name));
    } else {
      findings.left(Kind.FOREIGN, path.toString(), "has no name that urunj gives");
    }
  }

  private void sweepNamespaces() throws IOException {
    NamespaceRegistry registry =
        new NamespaceRegistry(caller.root(), caller.node().clock(), caller.node().guard());
    for (String name : registry.names()) {
      NamedNamespace found = registry.look(name);
      String subject = String.valueOf(found.pin().getParent());
      Condition condition = found.condition();
      if (condition == Condition.STALE || condition == Condition.INCOMPLETE) {
        findings.garbage(
            new Garbage(
                Kind.STALE_NAMESPACE,
                subject,
                found.reason(),
                "it lies among the namespaces that urunj netns keeps",
                "remove the pin and the record; the namespace is not entered"),
            () -> registry.removeIfStale(name));
      } else if (condition != Condition.PINNED) {
        findings.left(
            Kind.STALE_NAMESPACE, subject, found.reason() + ": urunj netns remove " + name);
      }
    }
  }

  private void sweepAttachments() throws IOException {
    LoopbackAttachments attachments = new LoopbackAttachments(caller.root(), caller.node().guard());
    for (Path record : attachments.stale()) {
      findings.garbage(
          new Garbage(
              Kind.STALE_ATTACHMENT,
              record.toString(),
              "was recorded in another boot",
              "it lies among the records of urunj's loopback plugin",
              "remove the record"),
          () -> attachments.dropIfStale(record));
    }
  }

  private void orphan(
      MonitorProcesses.Found found, MonitorProcesses processes, SweptNamespaces namespaces) {
    Path directory = caller.root().resolve(found.name());
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS) || !processes.isStill(found)) {
      return;
    }
    Path namespace = Path.of("/proc/" + found.pid() + "/ns/net");
    namespaces.hold(namespace);
    namespaces.explain(namespace);
    findings.garbage(
        new Garbage(
            Kind.ORPHAN_PROCESS,
            "pid " + found.pid(),
            directory + " does not exist",
            found.role().proof(),
            "kill it"),
        () -> {
          if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            processes.kill(found);
          }
        });
  }
}
