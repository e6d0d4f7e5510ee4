package dev.urunj.e2e;

/// How many calls that change something each role makes in a command.
record CallCounts(int urunj, int runtime, int monitor) {
  static final CallCounts NONE = new CallCounts(0, 0, 0);

  /// From the last line of a report of `faults.c`: `calls other 9 urunj 61 runtime 156 monitor 0`.
  static CallCounts parse(String line) {
    String[] words = line.split(" ");
    return new CallCounts(
        Integer.parseInt(words[4]), Integer.parseInt(words[6]), Integer.parseInt(words[8]));
  }
}
