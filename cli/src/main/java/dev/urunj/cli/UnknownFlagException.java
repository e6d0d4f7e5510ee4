package dev.urunj.cli;

/// A flag that no known version of the command has.
final class UnknownFlagException extends UsageException {
  private static final long serialVersionUID = 1;

  UnknownFlagException(String message) {
    super(message);
  }
}
