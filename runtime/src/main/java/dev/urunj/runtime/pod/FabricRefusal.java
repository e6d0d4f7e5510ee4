package dev.urunj.runtime.pod;

import dev.urunj.linux.bpf.VerifierException;
import dev.urunj.runtime.host.Log;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Why the fabric cannot be used. What the kernel's verifier says of a program is thousands of
/// lines: one of them is in the message, all of them in a file that stays until the container is
/// deleted, and in the log that `--debug` asks for.
final class FabricRefusal {
  private FabricRefusal() {}

  /// One line that says where the rest is.
  static String words(IOException failure, StateDirectory directory, Log log) {
    String words = String.valueOf(failure.getMessage());
    if (!(failure instanceof VerifierException refusal)) {
      return words;
    }
    log.debug("container " + directory.name() + ": the verifier said:\n" + refusal.log());
    Path file = directory.verifierLog();
    try {
      Files.write(file, refusal.log().getBytes(StandardCharsets.UTF_8));
      return words + "; all that the verifier said is in " + file;
    } catch (IOException e) {
      return words + "; all that the verifier said could not be written: " + e.getMessage();
    }
  }
}
