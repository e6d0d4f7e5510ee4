package dev.urunj.e2e.fault;

import java.util.ArrayList;
import java.util.List;

/// How many calls that change something each role makes in a command.
///
/// @param netlink the numbers of those calls of urunj's that are netlink requests
record CallCounts(int urunj, int runtime, int monitor, List<Integer> netlink) {
  static final CallCounts NONE = new CallCounts(0, 0, 0, List.of());

  /// From the last line of a report of `faults.c`: `calls other 9 urunj 61 runtime 156 monitor 0`.
  static CallCounts parse(String line) {
    String[] words = line.split(" ");
    return new CallCounts(
        Integer.parseInt(words[4]),
        Integer.parseInt(words[6]),
        Integer.parseInt(words[8]),
        List.of());
  }

  /// Finds the netlink requests in a trace of `faults.c`: `urunj 51 4711 sendto netlink type 36`.
  CallCounts withNetlinkOf(List<String> trace) {
    List<Integer> found = new ArrayList<>();
    for (String line : trace) {
      String[] words = line.split(" ");
      if (words[0].equals("urunj") && words.length > 4 && words[4].equals("netlink")) {
        found.add(Integer.valueOf(words[1]));
      }
    }
    return new CallCounts(urunj, runtime, monitor, List.copyOf(found));
  }
}
