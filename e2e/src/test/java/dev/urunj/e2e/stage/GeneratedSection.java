package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A part of a document that a test writes, between two comments: `<!-- NAME begins … -->` and
/// `<!-- NAME ends -->`. Without the property `urunj.rewrite` it is only compared.
public final class GeneratedSection {
  private final Path document;
  private final String name;

  public GeneratedSection(Path document, String name) {
    this.document = document;
    this.name = name;
  }

  /// Compares the section with the text, or writes the text into it.
  ///
  /// @throws AssertionError when the document says something else and is not to be rewritten
  public void says(String text) throws IOException {
    String all = Files.readString(document);
    int begin = all.indexOf("-->\n", all.indexOf("<!-- " + name + " begins")) + 4;
    int end = all.indexOf("<!-- " + name + " ends -->");
    assertThat(begin).as("%s has a section %s", document, name).isBetween(5, end);
    if (Boolean.getBoolean("urunj.rewrite")) {
      Files.writeString(document, all.substring(0, begin) + text + all.substring(end));
      return;
    }
    assertThat(all.substring(begin, end))
        .as("%s of %s; -Durunj.rewrite=true writes what was measured", name, document)
        .isEqualTo(text);
  }
}
