package dev.urunj.e2e.matrix;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Who answered in a pod, by row and protocol. Rows that were not tried have no answer.
final class Measurement {
  /// A refusal arrives within this; a packet that is lost takes longer.
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final Map<MatrixRow, Map<MatrixProtocol, String>> words = new HashMap<>();

  /// The word in the table for what several tries came to: one, if all agree.
  ///
  /// The fastest of them has to be refused at once: others may wait for a busy processor. That a
  /// host is unreachable the sender's own kernel says, after three seconds without an answer to its
  /// question for the address: that is silence.
  static String word(List<Probers.Answer> repeats) {
    Set<String> words = new LinkedHashSet<>();
    Duration fastest = Duration.ofDays(1);
    for (Probers.Answer answer : repeats) {
      boolean late = answer.took().compareTo(AT_ONCE) > 0;
      words.add(late && answer.word().equals("unreachable") ? "silence" : plain(answer.word()));
      fastest = answer.took().compareTo(fastest) < 0 ? answer.took() : fastest;
    }
    String word = String.join(" or ", words);
    boolean slow = !word.equals("silence") && fastest.compareTo(AT_ONCE) > 0;
    return slow ? word + " after " + fastest.toMillis() + " ms" : word;
  }

  private static String plain(String word) {
    for (MatrixRow.Place place : MatrixRow.Place.values()) {
      if (word.equals("ttl=" + place.hopLimit())) {
        return place.toString();
      }
    }
    return word;
  }

  void put(MatrixRow row, MatrixProtocol protocol, String word) {
    words.computeIfAbsent(row, _ -> new EnumMap<>(MatrixProtocol.class)).put(protocol, word);
  }

  /// One cell; empty when it was not tried.
  String word(MatrixRow row, MatrixProtocol protocol) {
    return words.getOrDefault(row, Map.of()).getOrDefault(protocol, "");
  }

  /// All protocols of a row in one cell.
  String words(MatrixRow row) {
    Map<String, StringBuilder> protocols = new TreeMap<>();
    for (MatrixProtocol protocol : row.protocols()) {
      String word = word(row, protocol);
      StringBuilder list = protocols.computeIfAbsent(word, _ -> new StringBuilder());
      list.append(list.isEmpty() ? "" : ", ").append(protocol);
    }
    if (protocols.size() == 1) {
      return protocols.keySet().iterator().next();
    }
    StringBuilder cell = new StringBuilder();
    protocols.forEach(
        (word, list) -> cell.append(cell.isEmpty() ? "" : "; ").append(list).append(": " + word));
    return cell.toString();
  }
}
