package dev.urunj.cli.words;

import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.ContainerId;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One command line, taken apart: global flags, the verb, its own words.
///
/// @param words all words as they came, for the program that gets them unchanged
/// @param global the flags in front of the verb
/// @param verb null when there is none
/// @param verbAt index of the verb in `words`
/// @param own what stands behind the verb, parsed; empty when there is a problem
/// @param problem a flag behind the verb that is not known here, or null
public record Invocation(
    List<String> words,
    Arguments global,
    @Nullable Verb verb,
    int verbAt,
    Arguments own,
    @Nullable UnknownFlagException problem) {

  public static Invocation parse(List<String> words) throws UsageException {
    Arguments global = Arguments.parse(words, Verb.GLOBAL, true);
    if (global.operands().isEmpty()) {
      return new Invocation(words, global, null, words.size(), global, null);
    }
    String word = global.operands().getFirst();
    Verb verb = Verb.of(word);
    if (verb == null) {
      throw new UsageException("no such command: " + BadInputException.quote(word));
    }
    int verbAt = words.size() - global.operands().size();
    List<String> behind = words.subList(verbAt + 1, words.size());
    try {
      Arguments own = Arguments.parse(behind, verb.flags(), verb.endsFlagsAtOperand());
      return new Invocation(words, global, verb, verbAt, own, null);
    } catch (UnknownFlagException e) {
      return new Invocation(words, global, verb, verbAt, Arguments.none(), e);
    }
  }

  /// The caller's request, about the containers under the root that the words name.
  public Caller under(Caller caller) throws UsageException {
    return caller.under(root(caller), global.has("systemd-cgroup"));
  }

  private Path root(Caller caller) throws UsageException {
    String given = global.value("root");
    Path root = given == null ? caller.root() : caller.path(given).normalize();
    if (root.getNameCount() == 0) {
      throw new UsageException("option --root argument should not be set to /");
    }
    return root;
  }

  /// Whether the caller has named a root, which the low-level runtime then shares.
  public boolean hasRoot() {
    return global.value("root") != null;
  }

  /// The first operand, as a container's id, if there are as many operands as the verb takes.
  ///
  /// @throws dev.urunj.runtime.oci.BadInputException when it is no id
  public String id(int least, int most) throws BadInputException, UsageException {
    String word = verb == null ? "" : verb.word();
    return ContainerId.of(own.operands(word, least, most).getFirst()).value();
  }

  /// What stands behind the verb, as it came.
  public List<String> behindVerb() {
    return words.subList(verbAt + 1, words.size());
  }
}
