package dev.urunj.cli;

/// The entry point.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(args.length == 0 ? 1 : 0);
  }
}
