package dev.urunj.runtime.guest;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A resolver's configuration, resolv.conf(5): `nameserver` lines add up, the last of `search` and
/// `domain` holds, `options` add up. Everything else, and what follows `#` or `;`, is ignored.
public record ResolvConf(List<String> nameservers, List<String> search, List<String> options) {
  public static final ResolvConf EMPTY = new ResolvConf(List.of(), List.of(), List.of());

  /// A longer file is an error. The C libraries read any length, but no resolver's configuration is
  /// that long, and the file may be hostile.
  public static final int LIMIT_BYTES = 256 * 1024;

  public ResolvConf {
    nameservers = List.copyOf(nameservers);
    search = List.copyOf(search);
    options = List.copyOf(options);
  }

  /// Reads any bytes, and keeps them: each is a character of its own, as the C libraries have it.
  /// Lines may end with LF or CRLF, words are parted by blanks and tabs.
  ///
  /// @throws IOException if there are more than [#LIMIT_BYTES]
  public static ResolvConf parse(byte[] file) throws IOException {
    if (file.length > LIMIT_BYTES) {
      throw new IOException(
          "resolv.conf: " + file.length + " bytes; expected at most " + LIMIT_BYTES);
    }
    List<String> nameservers = new ArrayList<>();
    List<String> search = List.of();
    List<String> options = new ArrayList<>();
    String text = new String(file, StandardCharsets.ISO_8859_1);
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      List<String> words = words(text, at, end);
      at = end + 1;
      if (words.size() < 2) {
        continue;
      }
      switch (words.getFirst()) {
        case "nameserver" -> nameservers.add(words.get(1));
        case "search" -> search = words.subList(1, words.size());
        case "domain" -> search = words.subList(1, 2);
        case "options" -> options.addAll(words.subList(1, words.size()));
        default -> {}
      }
    }
    return new ResolvConf(nameservers, search, options);
  }

  private static List<String> words(String text, int from, int to) {
    List<String> words = new ArrayList<>();
    int at = from;
    while (at < to) {
      char c = text.charAt(at);
      if (c == '#' || c == ';') {
        break;
      }
      if (c <= ' ') {
        at++;
        continue;
      }
      int start = at;
      while (at < to && text.charAt(at) > ' ') {
        at++;
      }
      words.add(text.substring(start, at));
    }
    return words;
  }

  /// The nameservers on loopback addresses, in their order: 127.0.0.0/8, ::1, and the addresses of
  /// zeros, which the C libraries send to localhost. Nothing is looked up.
  public List<InetAddress> loopbackNameservers() {
    List<InetAddress> loopback = new ArrayList<>();
    for (String nameserver : nameservers) {
      InetAddress address = loopback(nameserver);
      if (address != null) {
        loopback.add(address);
      }
    }
    return loopback;
  }

  /// The address that a nameserver is, if it is a loopback address or all zeros.
  public static @Nullable InetAddress loopback(String nameserver) {
    int scope = nameserver.indexOf('%'); // ::1%lo
    try {
      InetAddress address =
          InetAddress.ofLiteral(scope < 0 ? nameserver : nameserver.substring(0, scope));
      return address.isLoopbackAddress() || address.isAnyLocalAddress() ? address : null;
    } catch (IllegalArgumentException e) {
      return null; // not an address; the C libraries skip it
    }
  }

  boolean isEmpty() {
    return nameservers.isEmpty() && search.isEmpty() && options.isEmpty();
  }

  /// The file; [#parse(byte[])] of it gives an equal value.
  byte[] bytes() {
    return text().getBytes(StandardCharsets.ISO_8859_1);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (String nameserver : nameservers) {
      text.append("nameserver ").append(nameserver).append('\n');
    }
    line(text, "search", search);
    line(text, "options", options);
    return text.toString();
  }

  private static void line(StringBuilder text, String key, List<String> words) {
    if (words.isEmpty()) {
      return;
    }
    text.append(key);
    for (String word : words) {
      text.append(' ').append(word);
    }
    text.append('\n');
  }
}
