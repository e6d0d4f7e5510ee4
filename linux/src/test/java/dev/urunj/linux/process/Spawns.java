package dev.urunj.linux.process;

import java.util.List;

/// Children of a test, which get what the test's own process has.
final class Spawns {
  private Spawns() {}

  static Spawn of(List<String> argv) {
    return new Spawn(argv, Inheritance.ofThisProcess(Environment.ofThisProcess(System.getenv())));
  }
}
