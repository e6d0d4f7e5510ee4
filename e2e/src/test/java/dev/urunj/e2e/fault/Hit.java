package dev.urunj.e2e.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a fault really hit.
///
/// @param came whether it came at all: a command may have been through before
/// @param where the call, as `faults.c` reports it; empty when it was no call
/// @param counts the calls that there were until the fault came, all of them when none came
record Hit(boolean came, String where, CallCounts counts) {
  static Hit of(Fault fault, Path report) throws IOException {
    if (!(fault.moment() instanceof Fault.AtCall)) {
      return new Hit(true, "", CallCounts.NONE);
    }
    String where = "";
    CallCounts counts = CallCounts.NONE;
    for (String line : Files.readAllLines(report)) {
      if (line.startsWith("hit ")) {
        where = line.substring(4);
      } else if (line.startsWith("calls ")) {
        counts = CallCounts.parse(line);
      }
    }
    return new Hit(!where.isEmpty(), where, counts);
  }

  boolean isNetlink() {
    return where.contains(" netlink ");
  }
}
