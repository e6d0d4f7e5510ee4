package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.Verb;

/// Finds the class of a command line's verb. A command loads its own verb's class and no other's,
/// which is why this is a `switch` and not a table.
public final class Verbs {
  private Verbs() {}

  /// What a command line asks for.
  public static Command of(Invocation invocation) {
    Verb verb = invocation.verb();
    if (verb == null && invocation.global().has("version")) {
      return new VersionCommand();
    }
    if (verb == null || invocation.global().has("help") || invocation.own().has("help")) {
      return new HelpCommand();
    }
    return invocation.problem() == null ? of(verb) : new UnknownFlagCommand();
  }

  private static Command of(Verb verb) {
    return switch (verb) {
      case CREATE -> new CreateCommand();
      case START -> new StartCommand();
      case STATE -> new StateCommand();
      case KILL -> new KillCommand();
      case DELETE -> new DeleteCommand();
      case RUN -> new RunCommand();
      case LIST -> new ListCommand();
      case PS -> new PsCommand();
      case EXEC -> new ExecCommand();
      case PAUSE -> new PauseCommand();
      case RESUME -> new ResumeCommand();
      case UPDATE -> new UpdateCommand();
      case EVENTS -> new EventsCommand();
      case CHECKPOINT -> new CheckpointCommand();
      case RESTORE -> new RestoreCommand();
      case INSPECT -> new InspectCommand();
      case GC -> new GcCommand();
      case NETNS -> new NetnsCommand();
      case SPEC -> new SpecCommand();
      case FEATURES -> new FeaturesCommand();
      case VERSION -> new VersionCommand();
      case HELP -> new HelpCommand();
    };
  }
}
