package dev.urunj.cli;

import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.InstantSource;
import java.util.List;

/// The entry point: one command line, one exit code, at most one line of error.
///
/// The commands that machines call in a row (create, start, state, kill, delete) run in a JVM of
/// their own each time, so nothing here loads what a command does not need.
public final class Main {
  private static final int FAILURE = 1;

  private Main() {}

  /// Not `System.exit`, because that looks for a logger of exits and loads 50 classes that no
  /// command needs. No command needs a shutdown hook after its end.
  public static void main(String[] args) {
    int code = run(List.of(args));
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }

  /// Runs one command. Does not return when the command is handed on to the low-level runtime.
  ///
  /// @return the exit code
  static int run(List<String> words) {
    Invocation invocation;
    CommandLog log;
    try {
      invocation = Invocation.parse(words);
      log = CommandLog.of(invocation.global(), InstantSource.system());
    } catch (UsageException e) {
      System.err.println(
          "urunj: " + BadInputException.oneLine(e.getMessage() + "; see urunj help"));
      return FAILURE;
    } catch (IOException e) {
      System.err.println("urunj: " + BadInputException.oneLine(message(e)));
      return FAILURE;
    }
    try {
      return new Commands(invocation, log).run();
    } catch (UsageException e) {
      return fail(log, e.getMessage() + "; see urunj help");
    } catch (IOException e) {
      return fail(log, describe(e));
    } catch (OutOfMemoryError | StackOverflowError e) {
      return fail(log, "the input is too large: " + e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      return fail(log, "internal error: " + BadInputException.oneLine(e.toString()));
    }
  }

  private static int fail(CommandLog log, String message) {
    String line = BadInputException.oneLine(message);
    log.error(line);
    System.err.println("urunj: " + line);
    return FAILURE;
  }

  /// One line, whatever an exception's text holds: its own failure and those of the clean-up.
  private static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder(message(failure));
    for (Throwable other : failure.getSuppressed()) {
      text.append("; and while taking back: ").append(message(other));
    }
    return text.toString();
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isEmpty()) {
      return failure.getClass().getSimpleName();
    }
    return failure instanceof FileSystemException
        ? failure.getClass().getSimpleName() + ": " + message
        : message;
  }
}
