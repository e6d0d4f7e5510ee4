package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.CreateOptions;
import dev.urunj.runtime.lifecycle.RunContainer;
import java.io.IOException;

/// `run ID`: create and start; without `--detach` also wait for the end and delete.
final class RunCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 1);
    Creation creation = Creation.of(invocation, caller);
    if (!creation.isOurs()) {
      return creation.handOn();
    }
    Caller here = invocation.under(caller);
    MonitorChoice choice = creation.choice(here);
    CreateOptions options = creation.options();
    RunContainer run = new RunContainer(here);
    if (invocation.own().has("detach")) {
      run.detached(id, creation.bundle(), choice, options);
      return Outcome.SUCCESS;
    }
    boolean keep = invocation.own().has("keep");
    return new Outcome.Attached(run.attached(id, creation.bundle(), choice, options, keep));
  }
}
