package dev.urunj.cli;

import dev.urunj.runtime.failure.FailureKind;
import org.jspecify.annotations.Nullable;

/// What callers of runc understand of a failure. They tell failures apart by words in its line, as
/// containerd's shim does with those of `delete` and `kill` (github.com/containerd/containerd,
/// `cmd/containerd-shim-runc-v2/process/utils.go`).
final class RuncFailure {
  private RuncFailure() {}

  /// The exit code of a command that has failed. runc has one for all.
  static int exitCode(FailureKind kind) {
    return switch (kind) {
      case UNKNOWN_ID,
          EXISTS,
          NOT_RUNNING,
          WRONG_STATUS,
          BAD_INPUT,
          UNSUPPORTED,
          IN_USE,
          NODE_LACKS,
          LOW_LEVEL_SAID,
          MONITOR_SAID,
          TIMED_OUT,
          DAMAGED,
          INTERNAL ->
          1;
    };
  }

  /// A message in which a caller finds the words that it looks for.
  static String line(FailureKind kind, String message) {
    String words = words(kind);
    return words == null || message.contains(words) ? message : message + ": " + words;
  }

  /// What runc says for a kind, if callers look for it.
  private static @Nullable String words(FailureKind kind) {
    return switch (kind) {
      case UNKNOWN_ID -> "does not exist";
      case NOT_RUNNING -> "container not running";
      case EXISTS,
          WRONG_STATUS,
          BAD_INPUT,
          UNSUPPORTED,
          IN_USE,
          NODE_LACKS,
          LOW_LEVEL_SAID,
          MONITOR_SAID,
          TIMED_OUT,
          DAMAGED,
          INTERNAL ->
          null;
    };
  }
}
