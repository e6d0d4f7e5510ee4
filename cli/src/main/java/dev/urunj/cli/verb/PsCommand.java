package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import java.io.IOException;

/// `ps ID`: the processes of the monitor, as the low-level runtime shows them.
final class PsCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, Integer.MAX_VALUE);
    return Delegation.onMonitorIfOurs(id, invocation, caller);
  }
}
