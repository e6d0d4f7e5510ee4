package dev.urunj.cli.words;

/// A flag that no known version of the command has.
public final class UnknownFlagException extends UsageException {
  private static final long serialVersionUID = 1;

  public UnknownFlagException(String message) {
    super(message);
  }
}
