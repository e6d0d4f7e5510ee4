package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Journal;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.WiringRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the guests that live in a pod have done to it for all, and what cannot be seen there any
/// more: the value that a setting had before, and that a qdisc is ours. Whoever joins them writes
/// it into a journal too, for the last to leave takes it back, and only that one's journal is left.
final class InheritedActs {
  private final Journal journal;
  private final int tapIndex;
  private final List<String> written = new ArrayList<>();

  /// @param journal of the guest that joins
  /// @param tapIndex its TAP's
  InheritedActs(Journal journal, int tapIndex) {
    this.journal = journal;
    this.tapIndex = tapIndex;
  }

  /// Writes down what is in the journals of containers.
  ///
  /// @param root where their state lies
  void from(List<ContainerRecord> guests, Path root) throws IOException {
    for (ContainerRecord guest : guests) {
      if (guest.network() != null && WiringRecord.FABRIC.equals(guest.network().wiring().used())) {
        for (Act act : StateDirectory.of(root, guest.id()).journal().readable()) {
          inherit(act);
        }
      }
    }
  }

  private void inherit(Act act) throws IOException {
    if (act instanceof Act.Sysctl setting && isNew(setting.name())) {
      journal.append(new Act.Sysctl(setting.name(), setting.before(), setting.value(), tapIndex));
    } else if (act instanceof Act.Qdisc qdisc && isNew(qdisc.kind() + " " + qdisc.linkIndex())) {
      journal.append(qdisc);
    }
  }

  private boolean isNew(String what) {
    return !written.contains(what) && written.add(what);
  }
}
