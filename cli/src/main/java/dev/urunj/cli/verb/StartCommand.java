package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.Ownership;
import dev.urunj.runtime.lifecycle.StartContainer;
import java.io.IOException;

/// `start ID`.
final class StartCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 1);
    Caller here = invocation.under(caller);
    if (!new Ownership(here.root()).isOurs(id)) {
      return Delegation.unchanged(invocation, caller);
    }
    new StartContainer(here).start(id);
    return Outcome.SUCCESS;
  }
}
