package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.process.Child;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.linux.process.Spawn;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a low-level runtime prints when it is asked. It has no standard input, and what it says on
/// its standard error is lost.
///
/// @param exitCode its exit status as a shell has it
/// @param text its standard output, at most 64 MiB
public record LowLevelAnswer(int exitCode, String text) {
  private static final int LIMIT = 64 << 20;

  /// The exit code of one that was killed because it took too long, or by anything else.
  public static final int KILLED = 128 + 9;

  /// Runs it to its end.
  ///
  /// @param argv from the program's absolute path on
  /// @param patience after which it is killed
  public static LowLevelAnswer to(List<String> argv, Environment environment, Duration patience)
      throws IOException {
    try (Fd answer = OpenFile.inMemory();
        Fd nowhere = OpenFile.readWrite(Path.of("/dev/null"));
        Child child =
            new Spawn(argv, Inheritance.of(environment, nowhere, answer, nowhere))
                .program(Path.of(argv.getFirst()))
                .start()) {
      if (!child.pidfd().awaitExit(patience) && !child.kill()) {
        return new LowLevelAnswer(KILLED, "");
      }
      int exitCode = child.waitFor().shellCode();
      try (FileInputStream in = new FileInputStream(FileIo.procPath(answer))) {
        String text = new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8);
        return new LowLevelAnswer(exitCode, text);
      }
    }
  }
}
