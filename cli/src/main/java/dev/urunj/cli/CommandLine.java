package dev.urunj.cli;

import dev.urunj.cli.verb.Outcome;
import dev.urunj.cli.verb.Verbs;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.failure.Failure;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One command line: words in, an [Outcome] and at most one line of error out.
final class CommandLine {
  private final List<String> words;
  private final Caller caller;
  private @Nullable CommandLog log;

  /// @param words what stands behind the program's name
  CommandLine(List<String> words, Caller caller) {
    this.words = words;
    this.caller = caller;
  }

  /// Runs the command. Whatever fails is printed, and an exit code.
  Outcome run() {
    try {
      Invocation invocation = Invocation.parse(words);
      CommandLog opened = CommandLog.of(invocation.global(), caller);
      log = opened;
      return Verbs.of(invocation).run(invocation, caller.with(opened));
    } catch (UsageException | IOException | RuntimeException | LinkageError e) {
      return failed(e);
    } catch (OutOfMemoryError | StackOverflowError e) {
      return failed(e);
    }
  }

  /// Says why the command has failed, as one line on the caller's standard error and, if there is
  /// one, in the log.
  Outcome.Exit failed(Throwable failure) {
    FailureKind kind = Failure.kindOf(failure);
    String line = BadInputException.oneLine(RuncFailure.line(kind, text(failure)));
    if (log != null) {
      log.error(line);
    }
    caller.streams().err().println("urunj: " + line);
    return new Outcome.Exit(RuncFailure.exitCode(kind));
  }

  private static String text(Throwable failure) {
    if (failure instanceof UsageException) {
      return failure.getMessage() + "; see urunj help";
    }
    if (failure instanceof IOException) {
      return describe(failure);
    }
    return failure instanceof VirtualMachineError
        ? "the input is too large: " + failure.getMessage()
        : "internal error: " + BadInputException.oneLine(failure.toString());
  }

  /// One line, whatever an exception's text holds: its own failure and those of the clean-up.
  private static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder(message(failure));
    addAttached(failure, text);
    return text.toString();
  }

  /// Those of a clean-up are attached to its first one.
  private static void addAttached(Throwable failure, StringBuilder text) {
    for (Throwable other : failure.getSuppressed()) {
      text.append("; and while taking back: ").append(message(other));
      addAttached(other, text);
    }
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
