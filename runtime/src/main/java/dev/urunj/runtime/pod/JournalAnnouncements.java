package dev.urunj.runtime.pod;

import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.TapAct;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.Journal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Writes each act of the network into the container's journal before it happens.
public final class JournalAnnouncements implements Announcements {
  private final Journal journal;
  private final @Nullable TapNamed tapNamed;

  /// Gets the name of the TAP too.
  public interface TapNamed {
    void accept(String name) throws IOException;
  }

  /// @param tapNamed null when nothing else wants to know the name
  public JournalAnnouncements(Journal journal, @Nullable TapNamed tapNamed) {
    this.journal = journal;
    this.tapNamed = tapNamed;
  }

  @Override
  public void announce(NetworkAct act) throws IOException {
    journal.append(new Act.OfNetwork(act));
    if (tapNamed != null && act instanceof TapAct tap) {
      tapNamed.accept(tap.name());
    }
  }
}
