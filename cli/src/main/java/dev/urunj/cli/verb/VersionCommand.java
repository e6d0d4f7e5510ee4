package dev.urunj.cli.verb;

import dev.urunj.cli.text.Version;
import dev.urunj.cli.words.Invocation;
import dev.urunj.runtime.host.Caller;

/// `version` and `--version`.
final class VersionCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) {
    return Outcome.printed(caller, Version.text());
  }
}
