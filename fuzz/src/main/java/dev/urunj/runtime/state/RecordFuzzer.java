package dev.urunj.runtime.state;

import dev.urunj.fuzz.Refusal;
import dev.urunj.fuzz.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Feeds the record of the container `c1`: one that is read can be written, and is the same then.
public final class RecordFuzzer {
  private static final Path DIRECTORY = Scratch.directory().resolve("c1");
  private static final Path FILE = DIRECTORY.resolve(RecordFile.NAME);

  private RecordFuzzer() {}

  /// One execution.
  public static void fuzzerTestOneInput(byte[] input) {
    Scratch.write(FILE, input);
    if (Refusal.accepts(RecordFuzzer::record)) {
      byte[] once = rewritten();
      byte[] twice = rewritten();
      if (!Arrays.equals(once, twice)) {
        throw new AssertionError("written twice it is another");
      }
    }
  }

  private static ContainerRecord record() throws IOException {
    ContainerRecord record = RecordFile.read(DIRECTORY);
    if (record == null) {
      throw new AssertionError("the record is there and was not found");
    }
    return record;
  }

  private static byte[] rewritten() {
    try {
      RecordFile.write(DIRECTORY, record());
    } catch (IOException e) {
      throw new AssertionError("what was read is refused when it is written and read", e);
    }
    return Scratch.read(FILE);
  }
}
