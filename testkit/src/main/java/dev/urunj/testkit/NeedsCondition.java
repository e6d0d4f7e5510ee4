package dev.urunj.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

final class NeedsCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<Needs> needs = AnnotationSupport.findAnnotation(context.getElement(), Needs.class);
    if (needs.isEmpty()) {
      return ConditionEvaluationResult.enabled("needs nothing");
    }
    List<String> missing = missing(needs.get());
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("everything needed is here");
    }
    String reason = "missing: " + String.join(", ", missing);
    if (System.getenv("CI") != null) {
      throw new IllegalStateException(
          context.getDisplayName() + " cannot run, and in CI nothing is skipped; " + reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }

  private static List<String> missing(Needs needs) {
    List<String> missing = new ArrayList<>();
    if (needs.root() && !isRoot()) {
      missing.add("root");
    }
    for (String program : needs.programs()) {
      if (!isOnPath(program)) {
        missing.add(program);
      }
    }
    for (String file : needs.files()) {
      if (!Files.exists(Path.of(file))) {
        missing.add(file);
      }
    }
    return missing;
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isOnPath(String program) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
    for (String directory : path.split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(directory.isEmpty() ? "." : directory, program))) {
        return true;
      }
    }
    return false;
  }
}
