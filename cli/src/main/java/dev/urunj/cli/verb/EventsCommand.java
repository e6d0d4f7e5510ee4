package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import java.io.IOException;

/// `events ID`: the usage of the monitor, as the low-level runtime shows it.
final class EventsCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, Integer.MAX_VALUE);
    return Delegation.onMonitorIfOurs(id, invocation, caller);
  }
}
