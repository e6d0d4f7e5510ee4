package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.Ownership;
import dev.urunj.runtime.lifecycle.PauseContainer;
import java.io.IOException;

/// `resume ID`: thaws the monitor.
final class ResumeCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 1);
    Caller here = invocation.under(caller);
    if (new Ownership(here.root()).record(id) == null) {
      return Delegation.unchanged(invocation, caller);
    }
    new PauseContainer(here).resume(id);
    return Outcome.SUCCESS;
  }
}
