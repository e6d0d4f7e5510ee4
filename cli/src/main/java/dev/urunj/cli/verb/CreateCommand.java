package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.CreateContainer;
import java.io.IOException;

/// `create ID`: of a unikernel, or else by the low-level runtime.
final class CreateCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 1);
    Creation creation = Creation.of(invocation, caller);
    if (!creation.isOurs()) {
      return creation.handOn();
    }
    Caller here = invocation.under(caller);
    new CreateContainer(here)
        .create(id, creation.bundle(), creation.choice(here), creation.options());
    return Outcome.SUCCESS;
  }
}
