package dev.urunj.fuzz;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.runtime.failure.KnownFailure;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.DamagedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a parser may answer to bytes that it does not take: an exception of the kinds it documents,
/// with one line that is safe to print and of bounded length. Everything else is a finding.
public final class Refusal {
  /// The longest line, in characters. A value is cut at 80, a key at 160; the rest is our own words
  /// and the path of the scratch directory.
  private static final int LONGEST = 1000;

  private Refusal() {}

  /// A call into a parser.
  @FunctionalInterface
  public interface Attempt {
    /// Parses.
    void run() throws IOException;
  }

  /// Makes an attempt.
  ///
  /// @return whether it was not refused
  /// @throws AssertionError when the refusal is not as it must be
  public static boolean accepts(Attempt attempt) {
    try {
      attempt.run();
      return true;
    } catch (IOException e) {
      check(e);
      return false;
    }
  }

  /// Checks a refusal.
  ///
  /// @throws AssertionError when it is not as it must be
  public static void check(IOException refusal) {
    Class<?> kind = refusal.getClass();
    boolean documented =
        refusal instanceof BadInputException
            || refusal instanceof ErrnoException
            || refusal instanceof KnownFailure
            || refusal instanceof DamagedException
            || kind == IOException.class;
    if (!documented) {
      throw new AssertionError("a refusal of an undocumented kind", refusal);
    }
    checkLine(refusal.getMessage(), refusal);
  }

  /// Checks a line that is meant for people, such as a warning.
  ///
  /// @throws AssertionError when it is empty, too long or not safe to print
  public static void checkLine(String line) {
    checkLine(line, null);
  }

  private static void checkLine(@Nullable String line, @Nullable Throwable cause) {
    if (line == null || line.isBlank()) {
      throw new AssertionError("no message", cause);
    }
    if (line.length() > LONGEST) {
      throw new AssertionError("a message of " + line.length() + " characters", cause);
    }
    if (!BadInputException.oneLine(line).equals(line)) {
      throw new AssertionError("a message that is not safe to print", cause);
    }
  }
}
