package dev.urunj.runtime.guest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The options of a mount, as low-level runtimes read them: words for mount(2), words of their own,
/// and what is left for the file system.
///
/// @param flags of mount(2); [#READ_ONLY] and its kin, uapi/linux/mount.h
/// @param data what the file system reads, parted by commas; empty for none
/// @param copyUp whether a tmpfs begins with what the image has in its place, `tmpcopyup`
public record MountOptions(long flags, String data, boolean copyUp) {
  public static final long READ_ONLY = 1;
  static final long NO_SUID = 2;
  static final long NO_DEV = 4;
  static final long NO_EXEC = 8;

  /// Without an effect since Linux 5.15.
  private static final long MANDATORY_LOCKS = 64;

  /// Each word that sets a flag, the word that clears it, and the flag.
  private static final List<Word> WORDS =
      List.of(
          new Word("ro", "rw", READ_ONLY, true),
          new Word("nosuid", "suid", NO_SUID, true),
          new Word("nodev", "dev", NO_DEV, true),
          new Word("noexec", "exec", NO_EXEC, true),
          new Word("sync", "async", 16, false),
          new Word("mand", "nomand", MANDATORY_LOCKS, false),
          new Word("dirsync", "", 128, false),
          new Word("nosymfollow", "symfollow", 256, true),
          new Word("noatime", "atime", 1024, true),
          new Word("nodiratime", "diratime", 2048, true),
          new Word("relatime", "norelatime", 1 << 21, true),
          new Word("strictatime", "nostrictatime", 1 << 24, true));

  /// Words about propagation, which has no receiver in a guest, about other users and labels, which
  /// a guest does not know, and about the kind of mount.
  private static final List<String> PASSED_OVER =
      List.of(
          "bind",
          "rbind",
          "private",
          "rprivate",
          "shared",
          "rshared",
          "slave",
          "rslave",
          "unbindable",
          "runbindable",
          "defaults",
          "remount",
          "idmap",
          "ridmap",
          "silent",
          "loud",
          "iversion",
          "noiversion",
          "lazytime",
          "nolazytime",
          "notmpcopyup",
          "z",
          "Z",
          "U");

  /// @param ofMount whether it is a mount's own, and not its file system's: then there is a word
  ///   for everything below as well, with an `r` before it
  private record Word(String set, String clear, long flag, boolean ofMount) {}

  /// The words that hold in a guest, sorted: for bind mounts and for tmpfs, whose own words
  /// (`size`, `mode`, …) are not among them.
  public static List<String> names() {
    List<String> names = new ArrayList<>(List.of("bind", "rbind", "tmpcopyup"));
    for (Word word : WORDS) {
      if (word.flag == MANDATORY_LOCKS) {
        continue;
      }
      for (String name : new String[] {word.set, word.clear}) {
        if (!name.isEmpty()) {
          names.add(name);
          if (word.ofMount) {
            names.add("r" + name);
          }
        }
      }
    }
    Collections.sort(names);
    return names;
  }

  /// Reads options in their order: the last one wins.
  public static MountOptions of(List<String> options) {
    long flags = 0;
    boolean copyUp = false;
    StringBuilder data = new StringBuilder();
    for (String option : options) {
      Word word = word(option);
      if (option.equals("tmpcopyup")) {
        copyUp = true;
      } else if (word != null) {
        boolean sets = word.set.equals(option) || option.equals("r" + word.set);
        flags = sets ? flags | word.flag : flags & ~word.flag;
      } else if (!option.isEmpty()
          && !PASSED_OVER.contains(option)
          && !option.contains("context=")) {
        data.append(data.isEmpty() ? "" : ",").append(option);
      }
    }
    return new MountOptions(flags, data.toString(), copyUp);
  }

  /// `rro` and the like hold for what is mounted below as well; in a guest nothing is.
  private static @Nullable Word word(String option) {
    String recursive = option.length() > 2 && option.startsWith("r") ? option.substring(1) : option;
    for (Word word : WORDS) {
      String name = word.ofMount ? recursive : option;
      boolean plain = option.equals(word.set) || option.equals(word.clear);
      if (plain || name.equals(word.set) || name.equals(word.clear)) {
        return word;
      }
    }
    return null;
  }
}
