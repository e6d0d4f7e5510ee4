package dev.urunj.linux.process;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import java.io.FileInputStream;
import java.nio.file.Path;
import java.util.List;

/// What [ExecTest] runs in a JVM of its own: opens things, then becomes another program.
final class ExecMain {
  private static final Path ENV = Path.of("/usr/bin/env");
  private static final List<String> PRINT = List.of("env", "-0");

  private ExecMain() {}

  public static void main(String[] args) throws Exception {
    try (FileInputStream leaky = new FileInputStream("/dev/zero");
        Fd fd = OpenFile.readOnly(Path.of("/dev/full"))) {
      List<String> argv = List.of("name", "-c", args[1], "last");
      int keep = Integer.parseInt(args[2]);
      switch (args[0]) {
        case "plain" ->
            Exec.replace(
                Path.of("/bin/sh"), argv, Environment.ofThisProcess(System.getenv()), keep);
        case "environment" ->
            Exec.replace(ENV, PRINT, Environment.ofThisProcess(System.getenv()), keep);
        case "subreaper" -> {
          Subreaper.become();
          Exec.replace(Path.of("/bin/sh"), argv, Environment.ofThisProcess(System.getenv()), keep);
        }
        case "missing" -> {
          try {
            Exec.replace(Path.of("/none"), argv, Environment.ofThisProcess(System.getenv()), keep);
          } catch (ErrnoException e) {
            System.out.println(e.getMessage());
          }
        }
        default -> throw new IllegalArgumentException(args[0]);
      }
      System.out.println("still here " + leaky.available() + fd.isOpen());
    }
  }
}
