package dev.urunj.runtime.state;

import dev.urunj.runtime.failure.Failure;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;

/// A record or a journal is not one that this version has written. The line is that of what was
/// found in it, and safe to print. No caller has said anything wrong.
public final class DamagedException extends IOException implements Failure {
  private static final long serialVersionUID = 1;

  DamagedException(BadInputException found) {
    super(found.getMessage(), found);
  }

  @Override
  public FailureKind kind() {
    return FailureKind.DAMAGED;
  }
}
