package dev.urunj.runtime.failure;

/// Why a request fails, as far as its caller can act on it.
public enum FailureKind {
  /// Nothing has that id or name.
  UNKNOWN_ID,
  /// Something has that id or name already.
  EXISTS,
  /// The container has no process.
  NOT_RUNNING,
  /// The container's status does not allow it, for example a start of one that runs.
  WRONG_STATUS,
  /// What the caller, the image or the configuration says is wrong.
  BAD_INPUT,
  /// A unikernel cannot do it, for example execute a second program.
  UNSUPPORTED,
  /// Another guest of the pod has what this one needs.
  IN_USE,
  /// The node lacks a program, a device, a right, a feature of the kernel or room.
  NODE_LACKS,
  /// The low-level runtime has failed and said why.
  LOW_LEVEL_SAID,
  /// The monitor has failed and said why.
  MONITOR_SAID,
  /// A wait has ended before what was waited for.
  TIMED_OUT,
  /// The record or journal of the container is damaged or incomplete.
  DAMAGED,
  /// Anything else: a mistake of urunj's, or an error of the kernel that is not expected.
  INTERNAL
}
