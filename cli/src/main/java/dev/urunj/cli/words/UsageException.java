package dev.urunj.cli.words;

import dev.urunj.runtime.failure.Failure;
import dev.urunj.runtime.failure.FailureKind;

/// A command line that cannot be understood.
public class UsageException extends Exception implements Failure {
  private static final long serialVersionUID = 1;

  public UsageException(String message) {
    super(message);
  }

  @Override
  public FailureKind kind() {
    return FailureKind.BAD_INPUT;
  }
}
