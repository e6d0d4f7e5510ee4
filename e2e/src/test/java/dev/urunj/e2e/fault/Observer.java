package dev.urunj.e2e.fault;

import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Looks at a node and its pods through a program that stays in their namespaces: a snapshot takes
/// milliseconds, where asking `ip` and `tc` takes hundreds.
final class Observer implements AutoCloseable {
  private final Process program;
  private final BufferedReader answers;

  private Observer(Process program) {
    this.program = program;
    this.answers = program.inputReader();
  }

  static Observer on(Node node, Pod... pods) throws IOException {
    List<String> inside = new ArrayList<>(List.of(Target.compiled("observe").toString()));
    for (Pod pod : pods) {
      inside.add(pod.path());
    }
    return new Observer(
        new ProcessBuilder(node.inside().enter(inside.toArray(String[]::new)))
            .redirectError(Redirect.INHERIT)
            .start());
  }

  long pid() {
    return program.pid();
  }

  /// Everything there is, one thing a line, sorted within each namespace; see `observe.c`.
  List<String> look() throws IOException {
    program.outputWriter().append('\n').flush();
    List<String> all = new ArrayList<>();
    List<String> section = new ArrayList<>();
    while (true) {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("the observer has ended");
      }
      if (line.equals("end") || line.startsWith("## ")) {
        Collections.sort(section);
        all.addAll(section);
        section.clear();
        all.add(line);
      } else {
        section.add(line);
      }
      if (line.equals("end")) {
        return all;
      }
    }
  }

  /// What one look has and the other has not, the first with `-`, the second with `+`.
  static List<String> difference(List<String> before, List<String> now) {
    List<String> gone = new ArrayList<>(before);
    now.forEach(gone::remove);
    List<String> come = new ArrayList<>(now);
    before.forEach(come::remove);
    List<String> difference = new ArrayList<>();
    gone.forEach(line -> difference.add("- " + line));
    come.forEach(line -> difference.add("+ " + line));
    return difference;
  }

  @Override
  public void close() {
    program.destroyForcibly();
  }
}
