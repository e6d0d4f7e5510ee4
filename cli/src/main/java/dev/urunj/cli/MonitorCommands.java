package dev.urunj.cli;

import dev.urunj.runtime.host.Host;
import dev.urunj.runtime.lifecycle.PauseContainer;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;

/// `pause`, `resume` and `update`: the low-level runtime does them on the monitor, and this class
/// adds what that runtime cannot know.
final class MonitorCommands {
  private final Invocation invocation;
  private final Host host;

  MonitorCommands(Invocation invocation, Host host) {
    this.invocation = invocation;
    this.host = host;
  }

  int run(String id) throws IOException, UsageException {
    Delegation delegation = new Delegation(invocation);
    ContainerRecord record = StateDirectory.of(host.root(), id).record();
    Verb verb = invocation.verb();
    if (record == null || verb == null) {
      return delegation.exec();
    }
    switch (verb) {
      case PAUSE -> new PauseContainer(host).pause(id);
      case RESUME -> new PauseContainer(host).resume(id);
      case UPDATE -> {
        return new UpdateCommand(invocation, host).run(record);
      }
      default -> throw new IllegalStateException(verb.word());
    }
    return 0;
  }
}
