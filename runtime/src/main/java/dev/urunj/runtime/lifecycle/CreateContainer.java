package dev.urunj.runtime.lifecycle;

import com.google.gson.JsonObject;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.boot.MonitorBundle;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.boot.MonitorKernel;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.Timestamps;
import dev.urunj.runtime.host.Timestamps.Moment;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.recovery.CleanUp;
import dev.urunj.runtime.recovery.MonitorProcesses;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Rfc3339;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `create ID`: everything up to the container's process, which waits for start.
///
/// The order is that of the architecture's table: the record, the namespace and its pin, the TAP,
/// the monitor's bundle, the low-level runtime. What is done outside the state directory is in the
/// journal before it is done. A failure takes everything back; a create that was killed is taken
/// back by the next command on that id.
public final class CreateContainer {

  private final Caller caller;

  public CreateContainer(Caller caller) {
    this.caller = caller;
  }

  /// Creates a container.
  ///
  /// @param id validated
  /// @param choice what is to run, decided from bundle and configuration
  public void create(String id, Bundle bundle, MonitorChoice choice, CreateOptions options)
      throws IOException {
    options.check(bundle.spec().process());
    Container container = Container.of(caller, id);
    Timestamps timestamps = new Timestamps(choice.timestamps(), id, caller);
    ContainerRecord begun =
        ContainerRecord.begun(
                id,
                bundle.directory(),
                Rfc3339.format(caller.node().clock().instant()),
                annotations(bundle))
            .with(choice.image(), choice.monitor())
            .withTimestamps(choice.timestamps());
    undoCutOff(container);
    try (HeldContainer held = container.claim(begun)) {
      if (held == null) {
        throw new ContainerException(FailureKind.EXISTS, "container with id exists: " + id);
      }
      timestamps.markInvoked(Moment.CREATE_INVOKED);
      timestamps.mark(Moment.CREATE_CLAIMED);
      timestamps.mark(Moment.CREATE_RECORDED);
      try {
        fill(held, bundle.spec(), choice, timestamps, options);
      } catch (Throwable failure) {
        try (Undo _ =
            Undo.of(
                new Undo.Step() {
                  @Override
                  public void run() throws IOException {
                    CleanUp.everything(held);
                  }
                })) {
          throw failure;
        }
      }
    }
  }

  private static JsonObject annotations(Bundle bundle) throws IOException {
    JsonObject annotations = new JsonObject();
    for (Map.Entry<String, String> entry : bundle.spec().annotations().entrySet()) {
      annotations.addProperty(entry.getKey(), entry.getValue());
    }
    if (bundle.spec().hasHooks(MonitorBundle.START_CONTAINER)) {
      annotations.addProperty("dev.urunj.hooks.omitted", MonitorBundle.START_CONTAINER);
    }
    return annotations;
  }

  /// Undoes a create of the same id that was killed half-way. Whatever else has the id keeps it.
  private void undoCutOff(Container container) throws IOException {
    try (HeldContainer found = container.tryHold()) {
      if (found != null && found.record().status() == Status.CREATING) {
        caller.log().warn("undoing a create of " + found.id() + " that was interrupted");
        CleanUp.everything(found);
      }
    }
  }

  /// Everything in a claimed directory, and what it describes.
  private static void fill(
      HeldContainer held,
      Spec spec,
      MonitorChoice choice,
      Timestamps timestamps,
      CreateOptions options)
      throws IOException {
    // Uses what was checked, because the file may have changed since.
    Files.write(
        held.directory().config(),
        Json.compact(spec.json()).getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE_NEW);
    CreatedNetwork network = new CreatedNetwork(held, spec, choice, timestamps);
    WaitingMonitor monitor = new WaitingMonitor(held, spec, choice, options);
    timestamps.mark(Moment.NAMESPACE_WANTED);
    try (NetworkNamespace namespace = network.openNamespace();
        Fd tap = network.openTap(namespace)) {
      timestamps.mark(Moment.TAP_OPENED);
      writeBundle(held.directory(), spec, choice);
      timestamps.mark(Moment.BUNDLE_WRITTEN);
      monitor.create(tap);
      timestamps.mark(Moment.RUNTIME_CREATED);
    }
    ProcessIdentity process = monitor.identity();
    timestamps.mark(Moment.PROCESS_IDENTIFIED);
    held.write(held.record().with(Status.CREATED).with(process));
    timestamps.mark(Moment.CREATED_RECORDED);
    writePidFile(options.pidFile(), process);
    timestamps.mark(Moment.CREATE_DONE);
  }

  private static void writeBundle(StateDirectory directory, Spec spec, MonitorChoice choice)
      throws IOException {
    Files.write(
        directory.launch(),
        "echo urunj: the container was not started by urunj >&2; exit 1\n"
            .getBytes(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(directory.launch(), PosixFilePermissions.fromString("rw-r--r--"));
    Path kernel =
        MonitorKernel.readable(choice.image().kernel(), spec.process(), directory.kernel());
    new MonitorBundle(spec, kernel, choice.monitor(), choice.needs())
        .write(
            directory.bundle(),
            directory.pin(),
            directory.launch(),
            MonitorProcesses.tag(directory.path()));
  }

  private static void writePidFile(@Nullable Path file, ProcessIdentity process)
      throws IOException {
    if (file == null) {
      return;
    }
    Path next = file.resolveSibling("." + file.getFileName());
    Files.write(next, Integer.toString(process.pid()).getBytes(StandardCharsets.US_ASCII));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
