package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.Host;

/// What the runtime gets of a command line and its caller.
final class CallersHost {
  private CallersHost() {}

  static Host of(Invocation invocation, Caller caller) throws UsageException {
    return new Host(
        invocation.root(caller.directory()),
        invocation.systemdCgroup(),
        caller.environment().variables(),
        caller.log(),
        caller.clock(),
        caller.invoked());
  }
}
