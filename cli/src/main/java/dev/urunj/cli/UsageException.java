package dev.urunj.cli;

/// A command line that cannot be understood.
class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
