package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.KillContainer;
import dev.urunj.runtime.lifecycle.Ownership;
import dev.urunj.runtime.oci.Signals;
import java.io.IOException;
import java.util.List;

/// `kill ID [SIGNAL]`. `--all` is accepted, and every process of a unikernel is its monitor.
final class KillCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 2);
    Caller here = invocation.under(caller);
    if (!new Ownership(here.root()).isOurs(id)) {
      return Delegation.unchanged(invocation, caller);
    }
    List<String> operands = invocation.own().operands();
    int signal = operands.size() > 1 ? Signals.parse(operands.get(1)) : Signals.TERM;
    new KillContainer(here).kill(id, signal);
    return Outcome.SUCCESS;
  }
}
