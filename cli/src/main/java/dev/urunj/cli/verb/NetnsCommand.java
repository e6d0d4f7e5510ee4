package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import java.io.IOException;

/// `netns`: what create does with a pod's namespace, for operators and scripts.
final class NetnsCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    return new NetnsVerbs(invocation, caller).run();
  }
}
