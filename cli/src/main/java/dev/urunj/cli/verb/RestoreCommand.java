package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import java.io.IOException;

/// `restore ID`, which only a container without a unikernel can do.
final class RestoreCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    return Delegation.unlessGuest(invocation, caller);
  }
}
