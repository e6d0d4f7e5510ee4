package dev.urunj.cli.verb;

import dev.urunj.cli.text.Help;
import dev.urunj.cli.words.Invocation;
import dev.urunj.runtime.host.Caller;

/// `help`, and `--help` with any verb.
final class HelpCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) {
    return Outcome.printed(caller, Help.text());
  }
}
