package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.ProcessSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Flags of create.
///
/// @param console takes the terminal in place of a console socket of the caller's
public record CreateOptions(
    @Nullable Path consoleSocket,
    @Nullable Path pidFile,
    boolean noPivot,
    boolean noNewKeyring,
    @Nullable ForegroundConsole console) {
  CreateOptions with(ForegroundConsole other) {
    return new CreateOptions(consoleSocket, pidFile, noPivot, noNewKeyring, other);
  }

  /// Refuses what of the command line cannot work, before anything is made.
  void check(ProcessSpec process) throws BadInputException {
    Path file = pidFile;
    Path directory = file == null ? null : file.getParent();
    if (file != null && (directory == null || !Files.isDirectory(directory))) {
      throw new BadInputException(
          "create",
          "--pid-file",
          "there is no directory for " + BadInputException.quote(file.toString()),
          "a file in a directory that exists");
    }
    if (file != null && Files.isDirectory(file)) {
      throw new BadInputException(
          "create",
          "--pid-file",
          BadInputException.quote(file.toString()) + " is a directory",
          "a file");
    }
    boolean hasConsole = consoleSocket != null || console != null;
    if (process.terminal() && !hasConsole) {
      throw new BadInputException(
          "create",
          "--console-socket",
          "is missing, while process.terminal is true",
          "the socket that takes the terminal, or process.terminal to be false");
    }
  }
}
