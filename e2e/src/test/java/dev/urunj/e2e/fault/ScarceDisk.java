package dev.urunj.e2e.fault;

import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Urunj;
import java.io.IOException;
import java.util.List;

/// A file system for the state directory that is full at a certain point.
record ScarceDisk(Node node) implements AutoCloseable {
  private static final String ROOT = Urunj.ROOT;

  static ScarceDisk mountedOn(Node node) throws IOException {
    node.sh("mkdir -p " + ROOT + "; mount -t tmpfs tmpfs " + ROOT);
    return new ScarceDisk(node);
  }

  /// Leaves room for so many pages more.
  void leavePages(int pages) throws IOException {
    remount("size=$(( ($(stat -f -c '%b - %f' @) + " + pages + ") * $(stat -f -c '%s' @) ))");
  }

  /// Leaves room for so many files and directories more.
  void leaveInodes(int inodes) throws IOException {
    remount("nr_inodes=$(( $(stat -f -c '%c - %d' @) + " + inodes + " ))");
  }

  /// As when an operator has tidied up.
  void makeRoom() throws IOException {
    remount("size=50%,nr_inodes=0");
  }

  private void remount(String options) throws IOException {
    node.sh("mount -o remount," + options.replace("@", ROOT) + " " + ROOT);
  }

  /// What there is on it.
  List<String> files() throws IOException {
    return node.sh("ls -A " + ROOT).lines().toList();
  }

  /// Fails when anything is still mounted or open on it.
  @Override
  public void close() throws IOException {
    node.sh("umount " + ROOT);
  }
}
