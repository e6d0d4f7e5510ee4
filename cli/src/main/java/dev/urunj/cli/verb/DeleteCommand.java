package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.DeleteContainer;
import dev.urunj.runtime.lifecycle.Ownership;
import java.io.IOException;

/// `delete [--force] ID`.
final class DeleteCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 1);
    Caller here = invocation.under(caller);
    DeleteContainer deletion = new DeleteContainer(here);
    if (new Ownership(here.root()).isLowLevelsToDelete(id, invocation.hasRoot())) {
      deletion.removeRemains(id);
      return Delegation.unchanged(invocation, caller);
    }
    deletion.delete(id, invocation.own().has("force"));
    return Outcome.SUCCESS;
  }
}
