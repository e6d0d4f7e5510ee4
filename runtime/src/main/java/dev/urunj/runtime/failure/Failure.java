package dev.urunj.runtime.failure;

/// What an exception is that says its kind.
public interface Failure {
  FailureKind kind();
}
