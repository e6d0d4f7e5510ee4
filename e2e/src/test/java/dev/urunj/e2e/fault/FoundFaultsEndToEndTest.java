package dev.urunj.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.EndToEnd;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Faults that once left something.
@EndToEnd
class FoundFaultsEndToEndTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        // the directory was there, and not yet its record
        "create/urunj:rename.1.after/kill.caller/delete",
        // runc had bound its own program to a file in its state
        "create/runtime:umount2.1.before/kill.all/kill",
        "create/runtime:umount2.1.before/errno.EEXIST/repeat",
        // control groups, of which a runc that is killed leaves no record
        "create/runtime:mkdirat.4.after/kill.all/delete",
        // the namespace was unpinned although it could not be entered, and the redirects stayed
        "force/urunj:setns.1.before/errno.EIO/repeat",
        // the state was removed although a step had failed, and the qdisc stayed
        "force/urunj:netlink type 37.1.before/errno.EPERM/delete",
        // the record, or the first line of the journal, was all there was
        "create/urunj:journal.1.before/kill.all/gc",
        // a start that hung in a file system held its locks, and neither kill nor delete came
        // through
        "hanging/hung.hello.waiting/do.delete/delete",
        "hanging/hung.lookup.taken/do.end/repeat",
        "hanging/hung.open.waiting/kill.urunj/repeat",
        "hanging/hung.open.taken/do.gc/cut",
        "hanging/hung.read.waiting/do.end/delete",
        "hanging/hung.read.taken/kill.all/gc",
        // a file that became a FIFO, a device or shorter while it was copied
        "swapped/throughout/nothing/delete",
      })
  void isRecoveredFrom(String text) throws IOException {
    Fault fault = Fault.parse(text);
    try (Ground ground = Ground.make()) {
      Outcome outcome = FaultedLife.live(ground, fault, Recovery.of(ground));
      assertThat(outcome.hit().came()).as("the call was there").isTrue();
    }
  }
}
