package dev.urunj.cli;

import dev.urunj.runtime.inspect.InspectContainer;
import dev.urunj.runtime.inspect.Inspection;
import java.io.IOException;

/// `inspect ID`: what [InspectContainer] finds, as text or as JSON. The exit status says whether
/// the way between guest and world holds.
final class InspectCommand {
  private static final int BROKEN = 2;

  private final Invocation invocation;

  InspectCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /// Prints what is found.
  ///
  /// @return 0, or 2 when a hop is broken
  int run(String id) throws IOException, UsageException {
    boolean json = invocation.own().wantsJson("text");
    Inspection inspection = new InspectContainer(invocation.root()).inspect(id);
    System.out.println(
        json ? InspectionJson.of(inspection).toString() : InspectionText.of(inspection));
    if (System.out.checkError()) {
      return 1;
    }
    return inspection.firstBroken() == null ? 0 : BROKEN;
  }
}
