package dev.urunj.cli;

/// A flag that no version of the command known here has.
final class UnknownFlagException extends UsageException {
  private static final long serialVersionUID = 1;

  UnknownFlagException(String message) {
    super(message);
  }
}
