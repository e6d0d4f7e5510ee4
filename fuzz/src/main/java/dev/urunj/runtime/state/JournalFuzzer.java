package dev.urunj.runtime.state;

import dev.urunj.fuzz.Refusal;
import dev.urunj.fuzz.Scratch;
import dev.urunj.runtime.network.NetworkActs;
import dev.urunj.runtime.network.TapAct;
import dev.urunj.runtime.registry.Wirings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Feeds a container's journal: one that is read can be added to, and keeps what it held.
public final class JournalFuzzer {
  private static final Path DIRECTORY = Scratch.directory();
  private static final NetworkActs WIRINGS = new Wirings();
  private static final Path FILE = DIRECTORY.resolve(Journal.NAME);

  private JournalFuzzer() {}

  /// One execution.
  public static void fuzzerTestOneInput(byte[] input) {
    Scratch.write(FILE, input);
    Journal journal = new Journal(DIRECTORY);
    List<Act> acts = new ArrayList<>();
    if (Refusal.accepts(() -> acts.addAll(journal.read(WIRINGS)))) {
      addTo(journal, acts);
    }
  }

  private static void isNow(Journal journal, List<Act> acts) throws IOException {
    if (!journal.read(WIRINGS).equals(acts)) {
      throw new AssertionError("it is another journal: " + journal.read(WIRINGS));
    }
  }

  private static void addTo(Journal journal, List<Act> acts) {
    try {
      for (Act act : acts) {
        if (!Act.fromJson(act.toJson(), "act", WIRINGS).equals(act)) {
          throw new AssertionError("written and read again it is another: " + act);
        }
      }
      acts.add(new Act.OfNetwork(new TapAct("tap0_urunc")));
      journal.append(acts.getLast());
      isNow(journal, acts);
      byte[] whole = Scratch.read(FILE);
      journal.append(new Act.OfNetwork(new TapAct("t\u00e4p")));
      byte[] more = Scratch.read(FILE);
      int part = whole.length % (more.length - whole.length);
      Scratch.write(FILE, Arrays.copyOf(more, whole.length + part));
      isNow(journal, acts);
    } catch (IOException e) {
      throw new AssertionError("what was read is refused when it is written and read", e);
    }
  }
}
