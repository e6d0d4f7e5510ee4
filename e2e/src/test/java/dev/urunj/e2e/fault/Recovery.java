package dev.urunj.e2e.fault;

import java.io.IOException;

/// `gc --apply`, where the distribution has it.
record Recovery(boolean isThere) {
  static Recovery of(Ground ground) throws IOException {
    String help = ground.node().run(ground.line("help").toArray(String[]::new)).stdout();
    return new Recovery(help.lines().anyMatch(line -> line.strip().startsWith("gc")));
  }

  static String[] words() {
    return new String[] {"gc", "--apply"};
  }
}
