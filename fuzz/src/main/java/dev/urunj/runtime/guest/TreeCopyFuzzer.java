package dev.urunj.runtime.guest;

import dev.urunj.fuzz.Refusal;
import dev.urunj.fuzz.Scratch;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Makes a tree as the input says (files, directories, links of both kinds, sockets, holes,
/// versions of a kubelet's, odd names and modes), copies it, and reads the archive: it holds what
/// the tree holds, whole and nothing else, and what it does not is noted.
public final class TreeCopyFuzzer {
  private static final Path HOME = Scratch.directory();
  private static final int MOST = 48;
  private static final List<String> NAMES =
      List.of("a", "b", "..data", "..v1", "..v2", "...", "TRAILER!!!", "ü", "x\ny", "\u001b[2J");

  private TreeCopyFuzzer() {}

  /// One execution.
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      Path tree = HOME.resolve("tree");
      remove(tree);
      build(Files.createDirectory(tree), ByteBuffer.wrap(input));
      Path file = HOME.resolve("initrd");
      Files.write(file, new byte[0]);
      List<String> notes = new ArrayList<>();
      if (Refusal.accepts(() -> notes.addAll(copy(tree, file)))) {
        notes.forEach(Refusal::checkLine);
        check(tree, ByteBuffer.wrap(Files.readAllBytes(file)), notes.size());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> copy(Path tree, Path file) throws IOException {
    try (Fd fd = OpenFile.readWrite(file)) {
      InitrdFile out = new InitrdFile(fd);
      List<GuestFile> files = List.of(new GuestFile.Tree("/m", tree, "/m", false));
      Initrd initrd = new Initrd(out, null, 1 << 20);
      List<String> notes = initrd.copy(files, new CopyProgress());
      out.finish();
      return notes;
    } catch (TreeCopy.TreeException e) {
      throw new IOException(e.getMessage(), e); // a kind of its own for its callers, not for users
    }
  }

  private static void build(Path tree, ByteBuffer input) throws IOException {
    List<Path> directories = new ArrayList<>(List.of(tree));
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < MOST && input.remaining() >= 4; i++) {
      int kind = input.get() & 7;
      Path above = directories.get((input.get() & 255) % directories.size());
      Path path = above.resolve(NAMES.get((input.get() & 255) % NAMES.size()));
      int more = input.get() & 255;
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) || path.toString().length() > 3000) {
        continue;
      }
      try {
        switch (kind) {
          case 0, 1 -> {
            directories.add(Files.createDirectory(path));
          }
          case 2 -> {
            String target = NAMES.get(more % NAMES.size()) + (more > 127 ? "/../../etc" : "");
            Files.createSymbolicLink(path, Path.of(target));
          }
          case 3 -> {
            if (!files.isEmpty()) {
              Files.createLink(path, files.get(more % files.size()));
            }
          }
          case 4 -> socket(path);
          case 5 -> {
            try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
              sparse.setLength(1L << more % 41);
            }
          }
          default -> files.add(Files.write(path, content(more)));
        }
      } catch (FileSystemException _) {
        // a name that is too long where it is
      }
    }
  }

  private static byte[] content(int more) {
    byte[] content = new byte[more * more];
    java.util.Arrays.fill(content, (byte) more);
    return content;
  }

  /// By a short path, because a socket's has at most 107 bytes.
  private static void socket(Path path) throws IOException {
    Path made = HOME.resolve("s");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(made));
    }
    Files.move(made, path);
  }

  private static void remove(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> all = Files.walk(tree)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void check(Path tree, ByteBuffer archive, int notes) throws IOException {
    Map<String, byte[]> found = read(archive);
    int expected = 0;
    int unsure = 0;
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.toList()) {
        if (isOfAnotherVersion(tree, path, found)) {
          unsure++; // left out with its version, or noted as what no guest gets
          continue;
        }
        boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        boolean link = Files.isSymbolicLink(path);
        if (!directory && !link && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          notes--;
          continue;
        }
        expected++;
        byte[] content = found.get(path.equals(tree) ? "m" : "m/" + tree.relativize(path));
        if (content == null) {
          throw new AssertionError("not copied and not noted: " + path);
        }
        byte[] own =
            directory
                ? new byte[0]
                : link
                    ? Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8)
                    : Files.readAllBytes(path);
        if (!java.util.Arrays.equals(content, own)) {
          throw new AssertionError("other content: " + path);
        }
      }
    }
    if (found.size() != expected || notes < 0 || notes > unsure) {
      throw new AssertionError(found.size() + " entries for " + expected + ", notes " + notes);
    }
  }

  /// Whether a path is or lies in what has a name as the kubelet's versions have, beside a link to
  /// the current one, and was not copied: of several versions a guest gets one.
  private static boolean isOfAnotherVersion(Path tree, Path path, Map<String, byte[]> found) {
    for (Path at = path; at != null && !at.equals(tree); at = at.getParent()) {
      if (String.valueOf(at.getFileName()).startsWith("..")
          && Files.isSymbolicLink(at.resolveSibling("..data"))
          && !found.containsKey("m/" + tree.relativize(at))) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, byte[]> read(ByteBuffer archive) {
    Map<String, byte[]> entries = new HashMap<>();
    while (archive.hasRemaining()) {
      byte[] header = new byte[110];
      archive.get(header);
      String text = new String(header, StandardCharsets.US_ASCII);
      if (!text.startsWith("070701") || archive.position() % 4 != 110 % 4) {
        throw new AssertionError("no header before " + archive.position());
      }
      byte[] name = new byte[Integer.parseInt(text, 94, 102, 16)];
      archive.get(name);
      align(archive);
      byte[] content = new byte[Integer.parseInt(text, 54, 62, 16)];
      archive.get(content);
      align(archive);
      String path = new String(name, 0, name.length - 1, StandardCharsets.UTF_8);
      if (!path.equals("TRAILER!!!") && entries.put(path, content) != null) {
        throw new AssertionError("twice: " + path);
      }
    }
    return entries;
  }

  private static void align(ByteBuffer archive) {
    archive.position((archive.position() + 3) & ~3);
  }
}
