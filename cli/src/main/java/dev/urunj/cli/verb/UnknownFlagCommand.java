package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UnknownFlagException;
import dev.urunj.cli.words.UsageException;
import dev.urunj.cli.words.Verb;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.Ownership;
import java.io.IOException;

/// A verb with a flag that is not known here. It may be one of a newer low-level runtime, so that
/// runtime gets it, unless the command is about a container of ours or makes a new one.
final class UnknownFlagCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    Verb verb = invocation.verb();
    UnknownFlagException problem = invocation.problem();
    boolean ours = verb == null || verb == Verb.CREATE || verb == Verb.RUN || !verb.isOnContainer();
    if (problem != null
        && (ours || ownership(invocation, caller).isOneOurs(invocation.behindVerb()))) {
      throw problem;
    }
    return Delegation.unchanged(invocation, caller);
  }

  private static Ownership ownership(Invocation invocation, Caller caller) throws UsageException {
    return new Ownership(invocation.under(caller).root());
  }
}
