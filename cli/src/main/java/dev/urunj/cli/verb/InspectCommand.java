package dev.urunj.cli.verb;

import dev.urunj.cli.text.InspectionJson;
import dev.urunj.cli.text.InspectionText;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.inspect.InspectContainer;
import dev.urunj.runtime.inspect.Inspection;
import java.io.IOException;

/// `inspect ID`: what [InspectContainer] finds, as text or as JSON. The exit status says whether
/// the way between guest and world holds.
final class InspectCommand implements Command {
  private static final int BROKEN = 2;

  /// @return with exit code 2 when a hop is broken
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 1);
    boolean json = invocation.own().wantsJson("text");
    Inspection inspection = new InspectContainer(invocation.under(caller)).inspect(id);
    caller
        .streams()
        .out()
        .println(json ? InspectionJson.of(inspection).toString() : InspectionText.of(inspection));
    return Outcome.written(caller, inspection.isHealthy() ? 0 : BROKEN);
  }
}
