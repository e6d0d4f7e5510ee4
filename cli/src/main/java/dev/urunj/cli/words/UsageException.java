package dev.urunj.cli.words;

/// A command line that cannot be understood.
public class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  public UsageException(String message) {
    super(message);
  }
}
