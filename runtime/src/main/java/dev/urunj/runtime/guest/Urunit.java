package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.failure.KnownFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the init named `urunit` expects: its words on the kernel's command line and the text of
/// `/urunit.conf`.
///
/// The kernel parts the line at blanks and hands the words behind `--` to the init, at most 31 of
/// them; urunit joins what stands between single quotes again. So an argument with a quote or a
/// line break cannot be expressed, and is an error rather than changed. The words of an image's
/// `cmdline` stand on the line unchanged, because their author has quoted them for urunit.
final class Urunit {
  static final String CONF = "/urunit.conf";

  /// CONFIG_INIT_ENV_ARG_LIMIT is 32, and the first is the init itself. With more the kernel
  /// panics.
  private static final int WORDS = 31;

  private Urunit() {}

  static boolean isProgram(String program) {
    return program.contains("urunit");
  }

  static void appendWords(StringBuilder line, Workload workload, @Nullable GuestNetwork network)
      throws IOException {
    line.append(" URUNIT_CONFIG=" + CONF);
    InetAddress gateway = network == null ? null : network.ipv4Gateway();
    if (network != null && gateway != null && network.isOffSubnet(gateway)) {
      line.append(" URUNIT_DEFROUTE=1");
    }
    String program = workload.args().getFirst();
    if (!workload.fromCmdline() && blanks(program, 0) > 0) {
      throw new KnownFailure(
          FailureKind.BAD_INPUT,
          "process.args[0] " + Quoted.of(program) + ": expected no blanks in the path of urunit");
    }
    line.append(" rdinit=").append(program).append(" --");
    int words =
        workload.fromCmdline() ? appendAsTheyAre(line, workload) : appendQuoted(line, workload);
    if (words > WORDS) {
      throw new KnownFailure(
          FailureKind.BAD_INPUT,
          "process.args: " + words + " words for urunit; expected at most " + WORDS);
    }
  }

  /// The words of `cmdline`.
  ///
  /// @return how many words the kernel makes of them: it takes what stands between double quotes
  ///   for one (`next_arg` of lib/cmdline.c)
  private static int appendAsTheyAre(StringBuilder line, Workload workload) {
    int words = 0;
    boolean quoted = false;
    for (int i = 1; i < workload.args().size(); i++) {
      String word = workload.args().get(i);
      words += quoted ? 0 : 1;
      for (int at = 0; at < word.length(); at++) {
        quoted ^= word.charAt(at) == '"';
      }
      line.append(' ').append(word);
    }
    return words;
  }

  /// The arguments of the container.
  ///
  /// @return how many words the kernel makes of them
  private static int appendQuoted(StringBuilder line, Workload workload) throws IOException {
    int words = 0;
    for (int i = 1; i < workload.args().size(); i++) {
      String argument = workload.args().get(i).strip();
      int blanks = blanks(argument, i);
      words += blanks + 1;
      String quote = blanks > 0 ? "'" : "";
      line.append(' ').append(quote).append(argument).append(quote);
    }
    return words;
  }

  private static int blanks(String argument, int index) throws IOException {
    int blanks = 0;
    for (int i = 0; i < argument.length(); i++) {
      char c = argument.charAt(i);
      if (c == '\'' || c == '"' || (c < ' ' && c != '\t')) {
        throw new KnownFailure(
            FailureKind.BAD_INPUT,
            "process.args["
                + index
                + "] "
                + Quoted.of(argument)
                + ": expected no quotes or line breaks, urunit cannot be given them");
      }
      if (c == ' ' || c == '\t') {
        blanks++;
      }
    }
    return blanks;
  }

  /// ` sysctl.NAME=VALUE` for each setting, Documentation/admin-guide/kernel-parameters.txt: the
  /// kernel makes them before it executes the init, since Linux 5.8.
  ///
  /// @param settings `NAME VALUE`, with slashes in the name
  static void appendSettings(StringBuilder line, List<String> settings) throws IOException {
    for (String setting : settings) {
      checkWord(setting);
      int blank = setting.indexOf(' ');
      String value = setting.substring(blank + 1);
      String quote =
          value.isEmpty() || value.indexOf(' ') >= 0 || value.indexOf('\t') >= 0 ? "\"" : "";
      line.append(" sysctl.").append(setting.substring(0, blank).replace('/', '.'));
      line.append('=').append(quote).append(value).append(quote);
    }
  }

  private static void checkWord(String setting) throws IOException {
    for (int i = 0; i < setting.length(); i++) {
      char c = setting.charAt(i);
      if (c == '"' || (c < ' ' && c != '\t')) {
        throw new KnownFailure(
            FailureKind.BAD_INPUT,
            "linux.sysctl "
                + Quoted.of(setting)
                + ": expected no quotes or line breaks, the kernel's command line cannot hold them");
      }
    }
  }

  /// The arguments of any other init, as urunc hands them to it; empty where they cannot be written
  /// this way, or are more than the kernel takes.
  ///
  /// @param args the first is the program
  static String words(List<String> args) {
    StringBuilder line = new StringBuilder();
    int words = 0;
    for (int i = 1; i < args.size(); i++) {
      try {
        int blanks = blanks(args.get(i), i);
        words += blanks + 1;
        String quote = blanks > 0 ? "'" : "";
        line.append(' ').append(quote).append(args.get(i)).append(quote);
      } catch (IOException e) {
        return "";
      }
    }
    return words == 0 || words > WORDS ? "" : " --" + line;
  }

  static byte[] conf(Workload workload) throws IOException {
    StringBuilder conf = new StringBuilder("UES\n");
    for (String entry : workload.env()) {
      line(conf, "process.env", entry);
    }
    conf.append("UEE\nUCS\nUID:").append(workload.uid());
    conf.append("\nGID:").append(workload.gid()).append('\n');
    line(conf, "process.cwd", "WD:" + workload.cwd());
    return conf.append("UCE\nUBS\nUBE\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /// What a container has and a guest with urunit lacks, because that init is not ours.
  static List<String> notes(Confinement confinement, MountFiles mounts) {
    List<String> notes = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    if (!confinement.rlimits().isEmpty()) {
      parts.add("process.rlimits");
    }
    if (confinement.umask() != Confinement.DEFAULT_UMASK) {
      parts.add("process.user.umask");
    }
    if (confinement.capabilities() != null) {
      parts.add("process.capabilities");
    }
    if (confinement.noNewPrivileges()) {
      parts.add("process.noNewPrivileges");
    }
    if (confinement.readOnlyRoot()) {
      parts.add("root.readonly");
    }
    if (!parts.isEmpty()) {
      notes.add("left out, because urunit cannot be given them: " + String.join(", ", parts));
    }
    for (GuestMount mount : mounts.order()) {
      if (mount instanceof TmpfsMount) {
        String destination = Quoted.of(mount.destination());
        notes.add("mount " + destination + " left out: urunit makes no file system in memory");
      }
    }
    return notes;
  }

  private static void line(StringBuilder conf, String where, String value) throws IOException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\n' || c == '\r' || c == 0) {
        throw new KnownFailure(
            FailureKind.BAD_INPUT,
            where
                + ": "
                + Quoted.of(value)
                + ": expected no line break, urunit reads one value per line");
      }
    }
    conf.append(value).append('\n');
  }
}
