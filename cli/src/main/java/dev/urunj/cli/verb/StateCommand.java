package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.ContainerState;
import dev.urunj.runtime.lifecycle.Ownership;
import dev.urunj.runtime.state.ContainerRecord;
import java.io.IOException;

/// `state ID`.
final class StateCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 1);
    Caller here = invocation.under(caller);
    ContainerRecord record = new Ownership(here.root()).record(id);
    return record == null
        ? Delegation.unchanged(invocation, caller)
        : Outcome.printed(caller, ContainerState.text(record));
  }
}
