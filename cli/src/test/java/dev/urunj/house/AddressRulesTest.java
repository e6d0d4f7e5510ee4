package dev.urunj.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No address of a host of the internet is built in.
class AddressRulesTest {
  private static final Pattern IPV4 = Pattern.compile("\\b\\d{1,3}(\\.\\d{1,3}){3}\\b");

  /// Zeros and masks, loopback, link-local, and the private net that urunc has given a guest.
  private static final Pattern NOT_OF_THE_INTERNET =
      Pattern.compile("0\\.0\\.0\\.0|255\\.|127\\.|169\\.254\\.|172\\.16\\.");

  private static final Pattern PUBLIC_IPV6 =
      Pattern.compile("\\b[23][0-9a-f]{3}:[0-9a-f:]+", Pattern.CASE_INSENSITIVE);

  /// Name servers are the container's; no code falls back on a public one. An address that is
  /// written down is of a kind that no host of the internet has.
  @Test
  void noAddressOfTheInternetIsBuiltIn() throws IOException {
    List<String> found = new ArrayList<>();
    for (ClassModel model : ShippedClasses.read()) {
      for (PoolEntry entry : model.constantPool()) {
        if (entry instanceof StringEntry text) {
          addPublic(found, ShippedClasses.nameOf(model), text.stringValue());
        }
      }
    }
    Path sources = Path.of("../runtime/src/main/c");
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        addPublic(found, file.toString(), Files.readString(file));
      }
    }
    assertThat(found).isEmpty();
  }

  private static void addPublic(List<String> found, String where, String text) {
    Matcher ipv4 = IPV4.matcher(text);
    while (ipv4.find()) {
      if (!NOT_OF_THE_INTERNET.matcher(ipv4.group()).lookingAt()) {
        found.add(where + ": " + ipv4.group());
      }
    }
    Matcher ipv6 = PUBLIC_IPV6.matcher(text);
    while (ipv6.find()) {
      found.add(where + ": " + ipv6.group());
    }
  }
}
