/// The words of a command line, sorted into flags and operands as Go's programs do it. Knows which
/// verbs and flags there are, and not what they do.
@NullMarked
package dev.urunj.cli.words;

import org.jspecify.annotations.NullMarked;
