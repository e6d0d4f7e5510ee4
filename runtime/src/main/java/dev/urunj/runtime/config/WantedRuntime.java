package dev.urunj.runtime.config;

import java.nio.file.Path;

/// The OCI runtime that executes the monitor's bundle: `[runtime] low_level`, or `URUNJ_RUNTIME`.
public sealed interface WantedRuntime {
  /// crun where a probe shows that it works here, else runc.
  record Auto() implements WantedRuntime {}

  /// A program by its well-known name, `runc` or `crun`, on the `PATH`.
  record Named(String program) implements WantedRuntime {}

  /// A program by its absolute path, with runc's command line.
  record At(Path program) implements WantedRuntime {}
}
