package dev.urunj.runtime.pod;

import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.FabricAct;
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
  public void tap(String name) throws IOException {
    journal.append(new Act.Tap(name));
    if (tapNamed != null) {
      tapNamed.accept(name);
    }
  }

  @Override
  public void persistence(Link tap) throws IOException {
    journal.append(new Act.PersistentTap(tap.name(), tap.index()));
  }

  @Override
  public void qdisc(Link link, String kind) throws IOException {
    journal.append(new Act.Qdisc(link.name(), link.index(), kind));
  }

  @Override
  public void redirect(Link link, Link tap) throws IOException {
    journal.append(new Act.Redirect(link.name(), link.index(), tap.index()));
  }

  @Override
  public void fabric(FabricAct act, Link tap) throws IOException {
    journal.append(FabricActs.journalled(act, tap.index()));
  }

  @Override
  public void masquerade(Link link, Link tap) throws IOException {
    journal.append(new Act.Masquerade(link.name(), link.index(), tap.index()));
  }
}
