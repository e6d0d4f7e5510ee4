package dev.urunj.cli.verb;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import java.io.IOException;

/// What one verb does.
public interface Command {
  /// Does it. Prints to the caller's streams and nowhere else; a failure is thrown, not printed.
  ///
  /// @throws UsageException when the words cannot be understood
  Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException;
}
