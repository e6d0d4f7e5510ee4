package dev.urunj.cli;

import com.google.gson.JsonObject;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.config.Config;
import dev.urunj.runtime.config.ConfigReader;
import dev.urunj.runtime.host.Host;
import dev.urunj.runtime.host.Node;
import dev.urunj.runtime.image.ImageReader;
import dev.urunj.runtime.image.UnikernelImage;
import dev.urunj.runtime.knative.Knative;
import dev.urunj.runtime.knative.QueueProxy;
import dev.urunj.runtime.lifecycle.ContainerState;
import dev.urunj.runtime.lifecycle.CreateContainer;
import dev.urunj.runtime.lifecycle.CreateOptions;
import dev.urunj.runtime.lifecycle.DeleteContainer;
import dev.urunj.runtime.lifecycle.KillContainer;
import dev.urunj.runtime.lifecycle.RunContainer;
import dev.urunj.runtime.lifecycle.StartContainer;
import dev.urunj.runtime.lowlevel.LowLevelFeatures;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.ContainerId;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs each verb. Decides whether a container is ours or the low-level runtime's, and calls the
/// class that does the work.
///
/// A container without a unikernel, and every later command on its id, belongs to the low-level
/// runtime, which we execute in place of this process with the caller's words unchanged. So does an
/// unknown id, because callers match that runtime's error texts.
final class Commands {
  private final Invocation invocation;
  private final CommandLog log;
  private final Delegation delegation;
  private final Instant invoked = InstantSource.system().instant();

  Commands(Invocation invocation, CommandLog log) {
    this.invocation = invocation;
    this.log = log;
    this.delegation = new Delegation(invocation);
  }

  int run() throws IOException, UsageException {
    if (invocation.global().has("version") && invocation.verb() == null) {
      return print(Version.text());
    }
    Verb verb = invocation.verb();
    if (verb == null || invocation.global().has("help") || invocation.own().has("help")) {
      return print(Help.text());
    }
    UnknownFlagException problem = invocation.problem();
    if (problem != null) {
      return handOnUnlessOurs(verb, problem);
    }
    return switch (verb) {
      case CREATE -> create();
      case RUN -> runContainer();
      case START -> start();
      case STATE -> state();
      case KILL -> kill();
      case DELETE -> delete();
      case LIST -> new ListCommand(invocation).run();
      case INSPECT -> new InspectCommand(invocation).run(id(1, 1));
      case GC -> new GcCommand(invocation, host()).run();
      case NETNS -> new NetnsCommand(invocation).run();
      case PS, EVENTS -> onMonitor();
      case PAUSE, RESUME, UPDATE -> new MonitorCommands(invocation, host()).run(id(1, 1));
      case EXEC, CHECKPOINT, RESTORE -> refuseForGuests(verb);
      case SPEC -> delegation.exec();
      case FEATURES -> print(Features.json(lowLevelFeatures()));
      case VERSION -> print(Version.text());
      case HELP -> print(Help.text());
    };
  }

  /// An unknown flag may be one of a newer low-level runtime, so that runtime gets it, unless the
  /// command is about a container of ours or makes a new one.
  private int handOnUnlessOurs(Verb verb, UnknownFlagException problem)
      throws IOException, UsageException {
    boolean ours = verb == Verb.CREATE || verb == Verb.RUN || !verb.isOnContainer();
    for (String word : invocation.behindVerb()) {
      ours |= ContainerId.isValid(word) && isOurs(word);
    }
    if (ours) {
      throw problem;
    }
    return delegation.exec();
  }

  private int create() throws IOException, UsageException {
    String id = id(1, 1);
    Bundle bundle = bundle();
    Optional<UnikernelImage> image = ImageReader.read(bundle);
    if (image.isEmpty()) {
      return handOn(bundle);
    }
    Host host = host();
    new CreateContainer(host).create(id, bundle, choice(bundle, image.get(), host), options());
    return 0;
  }

  /// No unikernel.
  private int handOn(Bundle bundle) throws IOException, UsageException {
    if (Knative.isProxy(bundle.spec().annotations())) {
      QueueProxy.adapt(bundle, new ConfigReader(System.getenv()).read(), log);
    }
    return delegation.exec();
  }

  private int runContainer() throws IOException, UsageException {
    String id = id(1, 1);
    Bundle bundle = bundle();
    Optional<UnikernelImage> image = ImageReader.read(bundle);
    if (image.isEmpty()) {
      return handOn(bundle);
    }
    Host host = host();
    MonitorChoice choice = choice(bundle, image.get(), host);
    return new RunContainer(host)
        .run(
            id,
            bundle,
            choice,
            new RunContainer.Options(
                options(), invocation.own().has("detach"), invocation.own().has("keep")));
  }

  private int start() throws IOException, UsageException {
    String id = id(1, 1);
    if (!isOurs(id)) {
      return delegation.exec();
    }
    new StartContainer(host()).start(id);
    return 0;
  }

  private int state() throws IOException, UsageException {
    String id = id(1, 1);
    ContainerRecord record = StateDirectory.of(invocation.root(), id).record();
    return record == null ? delegation.exec() : print(ContainerState.text(record));
  }

  private int kill() throws IOException, UsageException {
    String id = id(1, 2);
    if (!isOurs(id)) {
      return delegation.exec();
    }
    List<String> operands = invocation.own().operands();
    int signal = operands.size() > 1 ? Signals.parse(operands.get(1)) : Signals.TERM;
    new KillContainer(host()).kill(id, signal);
    return 0;
  }

  private int delete() throws IOException, UsageException {
    String id = id(1, 1);
    DeleteContainer deletion = new DeleteContainer(host());
    if (isNotInOurHands(id)) {
      deletion.removeRemains(id);
      return delegation.exec();
    }
    deletion.delete(id, invocation.own().has("force"));
    return 0;
  }

  /// Whether the low-level runtime is to delete it. Under a shared root we do not pass it an
  /// unknown id, because it would remove the directory of that name, even one that a create of ours
  /// has made in the meantime. So a directory without our record must be there before and after we
  /// look at it.
  private boolean isNotInOurHands(String id) throws IOException, UsageException {
    StateDirectory directory = StateDirectory.of(invocation.root(), id);
    if (invocation.global().value("root") == null) {
      return !directory.isOurs();
    }
    return directory.exists() && !directory.isOurs() && directory.exists();
  }

  private int onMonitor() throws IOException, UsageException {
    String id = id(1, Integer.MAX_VALUE);
    ContainerRecord record = StateDirectory.of(invocation.root(), id).record();
    return record == null ? delegation.exec() : delegation.execOnMonitor(record);
  }

  private int refuseForGuests(Verb verb) throws IOException, UsageException {
    String id = id(1, Integer.MAX_VALUE);
    if (!isOurs(id)) {
      return delegation.exec();
    }
    throw new IOException(
        verb.word()
            + ": container \""
            + id
            + "\" is a unikernel: no process of its guest can be reached from outside");
  }

  /// The first operand, as a container's id.
  private String id(int least, int most) throws IOException, UsageException {
    Verb verb = invocation.verb();
    String word = verb == null ? "" : verb.word();
    return ContainerId.of(invocation.own().operands(word, least, most).getFirst()).value();
  }

  private boolean isOurs(String id) throws IOException, UsageException {
    return StateDirectory.of(invocation.root(), id).isOurs();
  }

  private Bundle bundle() throws IOException {
    String directory = invocation.own().value("bundle");
    return Bundle.load(Path.of(directory == null ? "" : directory).toAbsolutePath().normalize());
  }

  private MonitorChoice choice(Bundle bundle, UnikernelImage image, Host host) throws IOException {
    Config config = new ConfigReader(host.environment()).read();
    for (String warning : config.warnings()) {
      log.warn(warning);
    }
    return MonitorChoice.of(bundle.spec(), image, config, host);
  }

  /// Those of the runtime that runs plain containers.
  private static @Nullable JsonObject lowLevelFeatures() throws IOException {
    Config config = new ConfigReader(System.getenv()).read();
    Path program;
    try {
      program = new Node(System.getenv()).lowLevelForOthers(config);
    } catch (IOException _) {
      return null; // there is none, and every container gets that one
    }
    return LowLevelFeatures.of(program);
  }

  private CreateOptions options() {
    Arguments own = invocation.own();
    return new CreateOptions(
        path(own.value("console-socket")),
        path(own.value("pid-file")),
        own.has("no-pivot"),
        own.has("no-new-keyring"),
        null);
  }

  private Host host() throws UsageException {
    return new Host(
        invocation.root(),
        invocation.systemdCgroup(),
        System.getenv(),
        log,
        InstantSource.system(),
        invoked);
  }

  private static @Nullable Path path(@Nullable String word) {
    return word == null ? null : Path.of(word).toAbsolutePath();
  }

  private static int print(String text) {
    System.out.println(text);
    return System.out.checkError() ? 1 : 0;
  }
}
