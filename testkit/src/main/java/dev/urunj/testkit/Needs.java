package dev.urunj.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a test needs of the machine. Missing needs skip the test on a developer's machine and fail
/// it where `CI` is set: a green CI must mean that the test ran.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsCondition.class)
public @interface Needs {
  /// Whether the test needs effective uid 0 with the capabilities of the initial user namespace.
  boolean root() default false;

  /// Programs that must be on the `PATH`.
  String[] programs() default {};

  /// Files that must exist, such as `/dev/net/tun`.
  String[] files() default {};
}
