package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import java.io.IOException;

/// `spec`: the low-level runtime writes a specification.
final class SpecCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    return Delegation.unchanged(invocation, caller);
  }
}
