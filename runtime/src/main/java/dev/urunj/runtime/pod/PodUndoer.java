package dev.urunj.runtime.pod;

import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.network.Undoer;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import java.io.IOException;
import java.nio.file.Path;

/// Undoes acts for one container, among the others of its pod under the same root.
public final class PodUndoer implements Undoer {
  private final Caller caller;
  private final Path root;
  private final ContainerRecord record;

  /// @param root where the containers are
  public PodUndoer(Caller caller, Path root, ContainerRecord record) {
    this.caller = caller;
    this.root = root;
    this.record = record;
  }

  @Override
  public boolean isOfAnother(Link tap) throws IOException {
    NetworkRecord here = record.network();
    return here != null && new AwaitedTaps(root).isOfAnother(record.id(), tap, here);
  }

  @Override
  public void left(String what) {
    caller.log().debug(what);
  }
}
