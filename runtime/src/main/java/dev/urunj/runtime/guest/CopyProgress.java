package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;
import java.util.concurrent.atomic.AtomicLong;

/// How far a copy of the host's files has come, for a thread that watches whether it goes on. Any
/// call on a file of another owner may wait for as long as its file system likes.
public final class CopyProgress {
  private final AtomicLong steps = new AtomicLong();
  private volatile String mount = "";
  private volatile String path = "";

  /// A copy that has not begun.
  public CopyProgress() {}

  /// Grows as long as the copy goes on.
  public long steps() {
    return steps.get();
  }

  /// What is looked at or read now: `mount "/data": "/srv/share"`.
  public String where() {
    return "mount " + Quoted.of(mount) + ": " + Quoted.of(path);
  }

  void step() {
    steps.incrementAndGet();
  }

  /// Says what comes next.
  ///
  /// @param now the mount's destination
  /// @param file on the host
  public void at(String now, String file) {
    mount = now;
    path = file;
    steps.incrementAndGet();
  }
}
